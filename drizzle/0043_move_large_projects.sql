ALTER TABLE "projects" ADD COLUMN "moving" jsonb;--> statement-breakpoint
CREATE INDEX "projects_moving" ON "projects" USING btree ("id") WHERE moving is not null;