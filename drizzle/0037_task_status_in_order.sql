DROP INDEX "tasks_space_created";--> statement-breakpoint
DROP INDEX "tasks_assignee";--> statement-breakpoint
CREATE INDEX "tasks_space_created" ON "tasks" USING btree ("space_id","id","status") WHERE trashed_at is null;--> statement-breakpoint
CREATE INDEX "tasks_assignee" ON "tasks" USING btree ("assignee_id","id","status") WHERE assignee_id is not null;