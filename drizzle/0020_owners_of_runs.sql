DROP INDEX "runs_workspace_writer";--> statement-breakpoint
DROP INDEX "runs_finished";--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "not_starter" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "approvals_space" ON "approvals" USING btree ("space_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "runs_workspace_writer" ON "runs" USING btree ("owner_id","workspace") WHERE "runs"."state" = 'running' and "runs"."exclusive";--> statement-breakpoint
CREATE INDEX "runs_finished" ON "runs" USING btree ("space_id","finished_at") WHERE "runs"."finished_at" is not null;