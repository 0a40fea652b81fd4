ALTER TABLE "slack_actions" ADD COLUMN "waiting_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "slack_pairings" ADD COLUMN "inbox_id" text COLLATE "C";--> statement-breakpoint
CREATE INDEX "slack_actions_waiting" ON "slack_actions" USING btree ("waiting_id") WHERE "slack_actions"."waiting_id" is not null and "slack_actions"."used_at" is null;