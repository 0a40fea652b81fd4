CREATE TABLE "slack_actions" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"post_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"notification_id" text COLLATE "C",
	"label" text NOT NULL,
	"say" text,
	"call" jsonb,
	"made_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	"used_by" text COLLATE "C",
	"used_key" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "slack_notes" (
	"person_id" text COLLATE "C" NOT NULL,
	"notification_id" text COLLATE "C" NOT NULL,
	"post_id" text COLLATE "C" NOT NULL,
	"made_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "slack_notes_person_id_notification_id_pk" PRIMARY KEY("person_id","notification_id")
);
--> statement-breakpoint
CREATE INDEX "slack_actions_post" ON "slack_actions" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "slack_actions_age" ON "slack_actions" USING btree ("made_at");--> statement-breakpoint
CREATE INDEX "slack_notes_open" ON "slack_notes" USING btree ("person_id") WHERE "slack_notes"."settled_at" is null;--> statement-breakpoint
CREATE INDEX "slack_notes_age" ON "slack_notes" USING btree ("made_at");