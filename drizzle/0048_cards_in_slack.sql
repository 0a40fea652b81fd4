CREATE TABLE "slack_cards" (
	"task_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"conversation_id" text COLLATE "C" NOT NULL,
	"team_id" text COLLATE "C" NOT NULL,
	"channel_id" text COLLATE "C" NOT NULL,
	"thread_ts" text COLLATE "C" NOT NULL,
	"user_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"title" text NOT NULL,
	"state" jsonb NOT NULL,
	"move" jsonb,
	"next_at" timestamp (3) with time zone NOT NULL,
	"lease_id" text COLLATE "C",
	"lease_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "slack_cards" ADD CONSTRAINT "slack_cards_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "slack_cards_due" ON "slack_cards" USING btree ("next_at") WHERE "slack_cards"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "slack_cards_thread" ON "slack_cards" USING btree ("team_id","channel_id","thread_ts");--> statement-breakpoint
CREATE INDEX "slack_cards_conversation" ON "slack_cards" USING btree ("conversation_id");--> statement-breakpoint
CREATE INDEX "slack_cards_person" ON "slack_cards" USING btree ("person_id");