ALTER TABLE "runs" ADD COLUMN "log_bytes" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "kept_bytes" bigint GENERATED ALWAYS AS (case when finished_at is not null then log_bytes end) STORED;--> statement-breakpoint
UPDATE "runs" SET "log_bytes" = coalesce((SELECT sum(octet_length(data::text)) FROM "run_events" WHERE run_id = "runs".id), 0)
  + coalesce((SELECT sum(octet_length(request::text) + coalesce(octet_length(result::text), 0)) FROM "run_steps" WHERE run_id = "runs".id), 0);--> statement-breakpoint
CREATE INDEX "outbox_person" ON "outbox" USING btree ((payload ->> 'personId')) WHERE channel <> 'webhook';--> statement-breakpoint
CREATE INDEX "runs_kept" ON "runs" USING btree ("owner_id","kept_bytes");