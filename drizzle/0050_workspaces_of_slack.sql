ALTER TABLE "slack_workspaces" ADD COLUMN "installed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "slack_workspaces" ADD COLUMN "removed_at" timestamp (3) with time zone;