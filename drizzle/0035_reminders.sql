CREATE TABLE "reminders" (
	"person_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"day" date NOT NULL
);
--> statement-breakpoint
ALTER TABLE "spending" ADD COLUMN "is_told" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "schedules" ADD COLUMN "notify" boolean DEFAULT false NOT NULL;