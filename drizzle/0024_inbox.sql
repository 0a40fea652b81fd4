CREATE TABLE "inbox_events" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "inbox_events_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source" text COLLATE "C" NOT NULL,
	"event_id" text COLLATE "C" NOT NULL,
	"type" text,
	"owner_id" text COLLATE "C",
	"space_id" text COLLATE "C",
	"operation" text COLLATE "C" NOT NULL,
	"input" jsonb,
	"body" text NOT NULL,
	"order_key" text COLLATE "C",
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"round" integer NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL,
	"result" text,
	"error" jsonb,
	"received_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE UNIQUE INDEX "inbox_events_once" ON "inbox_events" USING btree ("source","event_id");--> statement-breakpoint
CREATE INDEX "inbox_events_due" ON "inbox_events" USING btree ("next_at") WHERE "inbox_events"."state" in ('received', 'running');--> statement-breakpoint
CREATE INDEX "inbox_events_order" ON "inbox_events" USING btree ("order_key","position") WHERE "inbox_events"."state" in ('received', 'running');--> statement-breakpoint
CREATE INDEX "inbox_events_space" ON "inbox_events" USING btree ("space_id","id");--> statement-breakpoint
CREATE INDEX "inbox_events_ended" ON "inbox_events" USING btree ("ended_at") WHERE "inbox_events"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "connected_accounts_outside" ON "connected_accounts" USING btree ("connector","outside_id");