ALTER TABLE "tasks" ADD COLUMN "deadline" date;--> statement-breakpoint
CREATE INDEX "tasks_space_deadline" ON "tasks" USING btree ("space_id","deadline") WHERE deadline is not null and trashed_at is null and status in ('open', 'in_progress');--> statement-breakpoint
CREATE INDEX "todoist_conflicts_task" ON "todoist_conflicts" USING btree ("task_id","id");--> statement-breakpoint
-- Deadlines were not kept in step before: pairs with one at Todoist are compared again.
UPDATE "todoist_pairs" p SET "there_version" = '' FROM "todoist_links" l, "todoist_items" i WHERE l."id" = p."link_id" AND i."account_id" = l."account_id" AND i."id" = p."item_id" AND i."deadline" IS NOT NULL;
