ALTER TABLE "tasks" ADD COLUMN "series_id" text COLLATE "C";--> statement-breakpoint
CREATE INDEX "tasks_series" ON "tasks" USING btree ("series_id","id") WHERE series_id is not null;