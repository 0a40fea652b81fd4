CREATE TABLE "calendar_events" (
	"account_id" text COLLATE "C" NOT NULL,
	"space_id" text COLLATE "C" NOT NULL,
	"number" integer NOT NULL,
	"title" text NOT NULL,
	"clock" text NOT NULL,
	"start_at" timestamp (3) with time zone NOT NULL,
	"end_at" timestamp (3) with time zone NOT NULL,
	"shown_as" text NOT NULL,
	CONSTRAINT "calendar_events_account_id_number_pk" PRIMARY KEY("account_id","number")
);
--> statement-breakpoint
CREATE TABLE "calendars" (
	"account_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"space_id" text COLLATE "C" NOT NULL,
	"is_counted" boolean DEFAULT true NOT NULL,
	"version" text,
	"read_at" timestamp (3) with time zone,
	"read_until" timestamp (3) with time zone,
	"unread" integer DEFAULT 0 NOT NULL,
	"fault" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "ritual_preferences" ADD COLUMN "work_from" text;--> statement-breakpoint
ALTER TABLE "ritual_preferences" ADD COLUMN "work_until" text;--> statement-breakpoint
ALTER TABLE "calendar_events" ADD CONSTRAINT "calendar_events_account_id_calendars_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."calendars"("account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calendars" ADD CONSTRAINT "calendars_account_id_connected_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."connected_accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "calendar_events_time" ON "calendar_events" USING btree ("space_id","start_at");--> statement-breakpoint
CREATE INDEX "calendars_space" ON "calendars" USING btree ("space_id");--> statement-breakpoint
CREATE INDEX "calendars_next" ON "calendars" USING btree ("next_at");