CREATE TABLE "todoist_conflicts" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"link_id" text COLLATE "C" NOT NULL,
	"task_id" text COLLATE "C" NOT NULL,
	"item_id" text COLLATE "C" NOT NULL,
	"title" text NOT NULL,
	"field" text NOT NULL,
	"here" jsonb,
	"there" jsonb,
	"took" text NOT NULL,
	"because" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "todoist_links" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account_id" text COLLATE "C" NOT NULL,
	"project_id" text COLLATE "C" NOT NULL,
	"outside_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"mode" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"applied_at" timestamp (3) with time zone,
	"paused_because" text,
	CONSTRAINT "todoist_links_project" UNIQUE("project_id"),
	CONSTRAINT "todoist_links_outside" UNIQUE("account_id","outside_id")
);
--> statement-breakpoint
CREATE TABLE "todoist_pairs" (
	"link_id" text COLLATE "C" NOT NULL,
	"task_id" text COLLATE "C" NOT NULL,
	"item_id" text COLLATE "C" NOT NULL,
	"base" jsonb NOT NULL,
	"sent_over" text,
	"is_seen" boolean NOT NULL,
	"is_gone" boolean NOT NULL,
	"deletion_id" text COLLATE "C",
	"asks" text,
	"told" jsonb,
	"here_version" text NOT NULL,
	"there_version" text NOT NULL,
	"agreed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "todoist_pairs_link_id_task_id_pk" PRIMARY KEY("link_id","task_id"),
	CONSTRAINT "todoist_pairs_item" UNIQUE("item_id","link_id")
);
--> statement-breakpoint
ALTER TABLE "todoist_conflicts" ADD CONSTRAINT "todoist_conflicts_link_id_todoist_links_id_fk" FOREIGN KEY ("link_id") REFERENCES "public"."todoist_links"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "todoist_links" ADD CONSTRAINT "todoist_links_account_id_todoist_accounts_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."todoist_accounts"("account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "todoist_links" ADD CONSTRAINT "todoist_links_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "todoist_pairs" ADD CONSTRAINT "todoist_pairs_link_id_todoist_links_id_fk" FOREIGN KEY ("link_id") REFERENCES "public"."todoist_links"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "todoist_conflicts_link" ON "todoist_conflicts" USING btree ("link_id","id");--> statement-breakpoint
CREATE INDEX "todoist_conflicts_at" ON "todoist_conflicts" USING btree ("at");--> statement-breakpoint
CREATE INDEX "todoist_pairs_task" ON "todoist_pairs" USING btree ("task_id");