DROP INDEX "runs_schedule_due";--> statement-breakpoint
DROP INDEX "runs_sweep";--> statement-breakpoint
DROP INDEX "runs_finished";--> statement-breakpoint
CREATE UNIQUE INDEX "runs_schedule_due" ON "runs" USING btree ("schedule_id","due_at") WHERE "runs"."schedule_id" is not null;--> statement-breakpoint
CREATE INDEX "runs_sweep" ON "runs" USING btree ("state","start_after") WHERE "runs"."state" in ('queued', 'running', 'waiting');--> statement-breakpoint
CREATE INDEX "runs_finished" ON "runs" USING btree ("person_id","finished_at") WHERE "runs"."finished_at" is not null;