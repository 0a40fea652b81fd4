DROP INDEX "runs_sweep";--> statement-breakpoint
CREATE INDEX "runs_ready" ON "runs" USING btree ("owner_id","person_id",((start_after at time zone 'UTC') - (case priority
  when 'serious' then interval '2 hours' when 'normal' then interval '1 hour' else interval '0' end)),"id","start_after") WHERE state = 'queued' and reason is distinct from 'workspace_busy';--> statement-breakpoint
CREATE INDEX "runs_blocked" ON "runs" USING btree ("owner_id") WHERE state = 'queued' and reason = 'workspace_busy';--> statement-breakpoint
CREATE INDEX "runs_at_work" ON "runs" USING btree ("owner_id","person_id") WHERE state = 'running';--> statement-breakpoint
CREATE INDEX "runs_served" ON "runs" USING btree ("owner_id","person_id","claimed_at") WHERE claimed_at is not null;--> statement-breakpoint
CREATE INDEX "runs_due" ON "runs" USING btree ("resume_at") WHERE state = 'waiting';