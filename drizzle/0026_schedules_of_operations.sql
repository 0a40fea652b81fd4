ALTER TABLE "schedules" ADD COLUMN "operation" text COLLATE "C" DEFAULT 'runs.start' NOT NULL;--> statement-breakpoint
ALTER TABLE "schedules" ADD COLUMN "approved_by" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "schedules" ADD COLUMN "approved_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "schedules" ADD COLUMN "last_outcome" text;