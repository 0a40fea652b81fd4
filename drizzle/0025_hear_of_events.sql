CREATE TABLE "outbox" (
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "outbox_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"receiver_id" text COLLATE "C" NOT NULL,
	"event_id" text COLLATE "C" NOT NULL,
	"event" text COLLATE "C" NOT NULL,
	"version" integer NOT NULL,
	"thing" text COLLATE "C" NOT NULL,
	"payload" jsonb NOT NULL,
	"happened_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"tried_before" integer NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL,
	"lease_until" timestamp (3) with time zone,
	"last_at" timestamp (3) with time zone,
	"last_status" integer,
	"last_error" text,
	"ended_at" timestamp (3) with time zone,
	"last_ms" bigint,
	CONSTRAINT "outbox_receiver_id_event_id_pk" PRIMARY KEY("receiver_id","event_id")
);
--> statement-breakpoint
CREATE TABLE "webhooks" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"owner_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"url" text NOT NULL,
	"events" text[] NOT NULL,
	"scopes" text[] NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"secret_number" integer NOT NULL,
	"earlier_until" timestamp (3) with time zone,
	"failing_since" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("next_at","position") WHERE state in ('waiting', 'sending');--> statement-breakpoint
CREATE INDEX "outbox_thing" ON "outbox" USING btree ("receiver_id","thing","position") WHERE state in ('waiting', 'sending');--> statement-breakpoint
CREATE INDEX "outbox_receiver" ON "outbox" USING btree ("receiver_id","position");--> statement-breakpoint
CREATE INDEX "outbox_ended" ON "outbox" USING btree ("ended_at") WHERE state in ('delivered', 'dead');--> statement-breakpoint
CREATE INDEX "webhooks_owner" ON "webhooks" USING btree ("owner_id","id");