DROP INDEX "inbox_events_order";--> statement-breakpoint
ALTER TABLE "inbox_events" ADD COLUMN "order_at" text COLLATE "C" DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX "inbox_events_order" ON "inbox_events" USING btree ("order_key","order_at","position") WHERE "inbox_events"."state" in ('received', 'running');