CREATE TABLE "todoist_accounts" (
	"account_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"space_id" text COLLATE "C" NOT NULL,
	"sync_token" text,
	"synced_at" timestamp (3) with time zone,
	"full_at" timestamp (3) with time zone,
	"user_wire" jsonb,
	"plan_wire" jsonb,
	"next_at" timestamp (3) with time zone NOT NULL,
	"active_until" timestamp (3) with time zone,
	"waiting_until" timestamp (3) with time zone,
	"waiting_because" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"usage" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"lease_id" text COLLATE "C",
	"lease_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "todoist_commands" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "todoist_commands_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" text COLLATE "C" NOT NULL,
	"space_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"type" text NOT NULL,
	"args" jsonb NOT NULL,
	"makes" boolean NOT NULL,
	"subject_id" text COLLATE "C",
	"title" text NOT NULL,
	"snapshot" jsonb,
	"state" text NOT NULL,
	"not_before" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"made_id" text COLLATE "C",
	"fault" jsonb,
	"created_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "todoist_commands_position" UNIQUE("position")
);
--> statement-breakpoint
CREATE TABLE "todoist_items" (
	"account_id" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"space_id" text COLLATE "C" NOT NULL,
	"content" text NOT NULL,
	"description" text NOT NULL,
	"project_id" text COLLATE "C" NOT NULL,
	"section_id" text COLLATE "C",
	"parent_id" text COLLATE "C",
	"position" integer NOT NULL,
	"labels" text[] NOT NULL,
	"priority" smallint NOT NULL,
	"due_date" date,
	"due_time" text,
	"is_recurring" boolean NOT NULL,
	"deadline" date,
	"responsible_id" text COLLATE "C",
	"checked" boolean NOT NULL,
	"completed_at" timestamp (3) with time zone,
	"absent_since" timestamp (3) with time zone,
	"wire" jsonb NOT NULL,
	CONSTRAINT "todoist_items_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "todoist_things" (
	"account_id" text COLLATE "C" NOT NULL,
	"kind" text NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"space_id" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"parent_id" text COLLATE "C",
	"position" integer NOT NULL,
	"is_archived" boolean NOT NULL,
	"absent_since" timestamp (3) with time zone,
	"wire" jsonb NOT NULL,
	CONSTRAINT "todoist_things_account_id_kind_id_pk" PRIMARY KEY("account_id","kind","id")
);
--> statement-breakpoint
ALTER TABLE "todoist_accounts" ADD CONSTRAINT "todoist_accounts_account_id_connected_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."connected_accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "todoist_commands" ADD CONSTRAINT "todoist_commands_account" FOREIGN KEY ("account_id") REFERENCES "public"."todoist_accounts"("account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "todoist_items" ADD CONSTRAINT "todoist_items_account_id_todoist_accounts_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."todoist_accounts"("account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "todoist_things" ADD CONSTRAINT "todoist_things_account_id_todoist_accounts_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."todoist_accounts"("account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "todoist_accounts_space" ON "todoist_accounts" USING btree ("space_id");--> statement-breakpoint
CREATE INDEX "todoist_accounts_next" ON "todoist_accounts" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "todoist_commands_open" ON "todoist_commands" USING btree ("account_id","position") WHERE state in ('waiting', 'sent');--> statement-breakpoint
CREATE INDEX "todoist_commands_subject" ON "todoist_commands" USING btree ("account_id","subject_id");--> statement-breakpoint
CREATE INDEX "todoist_commands_settled" ON "todoist_commands" USING btree ("settled_at");--> statement-breakpoint
CREATE INDEX "todoist_items_open" ON "todoist_items" USING btree ("space_id","due_date","due_time","priority","id") WHERE not checked and absent_since is null;--> statement-breakpoint
CREATE INDEX "todoist_items_id" ON "todoist_items" USING btree ("id");--> statement-breakpoint
CREATE INDEX "todoist_items_project" ON "todoist_items" USING btree ("account_id","project_id");--> statement-breakpoint
CREATE INDEX "todoist_items_labels" ON "todoist_items" USING gin (comparable(labels));--> statement-breakpoint
CREATE INDEX "todoist_items_text" ON "todoist_items" USING gin (normalize(content || ' ' || description, NFC) gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "todoist_things_parent" ON "todoist_things" USING btree ("account_id","kind","parent_id");