CREATE TABLE "conversation_messages" (
	"conversation_id" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C",
	"is_ours" boolean NOT NULL,
	"is_addressed" boolean NOT NULL,
	"text" text,
	"edited_at" timestamp (3) with time zone,
	"said_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "conversation_messages_conversation_id_id_pk" PRIMARY KEY("conversation_id","id")
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"space_id" text COLLATE "C" NOT NULL,
	"state" jsonb,
	"task_id" text COLLATE "C",
	"task_for" text COLLATE "C",
	"version" integer NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "conversation_messages" ADD CONSTRAINT "conversation_messages_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversation_messages_person" ON "conversation_messages" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "conversations_space" ON "conversations" USING btree ("space_id");--> statement-breakpoint
CREATE INDEX "conversations_task" ON "conversations" USING btree ("task_id") WHERE "conversations"."task_id" is not null;--> statement-breakpoint
CREATE INDEX "conversations_age" ON "conversations" USING btree ("updated_at");