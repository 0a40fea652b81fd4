CREATE TABLE "notification_settings" (
	"person_id" text COLLATE "C" NOT NULL,
	"event" text COLLATE "C" NOT NULL,
	"channels" text[] NOT NULL,
	CONSTRAINT "notification_settings_person_id_event_pk" PRIMARY KEY("person_id","event")
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"person_id" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"event" text COLLATE "C" NOT NULL,
	"thing" text COLLATE "C" NOT NULL,
	"payload" jsonb NOT NULL,
	"happened_at" timestamp (3) with time zone NOT NULL,
	"read_at" timestamp (3) with time zone,
	"is_listed" boolean NOT NULL,
	"send_at" timestamp (3) with time zone,
	CONSTRAINT "notifications_person_id_id_pk" PRIMARY KEY("person_id","id")
);
--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "channel" text COLLATE "C" DEFAULT 'webhook' NOT NULL;--> statement-breakpoint
CREATE INDEX "notifications_send" ON "notifications" USING btree ("send_at") WHERE send_at is not null;--> statement-breakpoint
CREATE INDEX "notifications_age" ON "notifications" USING btree ("happened_at");