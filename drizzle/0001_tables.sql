CREATE TABLE "api_keys" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"hash" text COLLATE "C" NOT NULL,
	"hint" text NOT NULL,
	"label" text NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"kind" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_by" text COLLATE "C" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"key_id" text COLLATE "C",
	"door" text NOT NULL,
	"operation" text COLLATE "C" NOT NULL,
	"input" jsonb NOT NULL,
	"outcome" text NOT NULL,
	"duration_ms" integer NOT NULL,
	"request_id" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"actor_id" text COLLATE "C" NOT NULL,
	"operation" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"input_hash" text COLLATE "C" NOT NULL,
	"output" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_actor_id_operation_key_pk" PRIMARY KEY("actor_id","operation","key")
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text,
	"time_zone" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"key" text COLLATE "C" PRIMARY KEY NOT NULL,
	"points" integer NOT NULL,
	"expire" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "milestones" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"project_id" text COLLATE "C" NOT NULL,
	"title" text NOT NULL,
	"due_date" date,
	"position" integer NOT NULL,
	"completed_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "project_templates" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"body" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"outcome" text,
	"due_date" date,
	"state" text NOT NULL,
	"type" text NOT NULL,
	"momentum" integer NOT NULL,
	"momentum_on" date NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"completed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "task_dependencies" (
	"task_id" text COLLATE "C" NOT NULL,
	"depends_on_id" text COLLATE "C" NOT NULL,
	CONSTRAINT "task_dependencies_task_id_depends_on_id_pk" PRIMARY KEY("task_id","depends_on_id")
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"assignee_id" text COLLATE "C",
	"title" text NOT NULL,
	"notes" text,
	"status" text NOT NULL,
	"priority" smallint NOT NULL,
	"due_date" date,
	"due_time" text,
	"due_time_zone" text,
	"due_at" timestamp (3) with time zone,
	"due_sort" text COLLATE "C" NOT NULL,
	"repeat" text,
	"minutes" integer,
	"labels" text[] NOT NULL,
	"project_id" text COLLATE "C",
	"parent_id" text COLLATE "C",
	"source" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"completed_at" timestamp (3) with time zone,
	"trashed_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "milestones" ADD CONSTRAINT "milestones_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_dependencies" ADD CONSTRAINT "task_dependencies_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_dependencies" ADD CONSTRAINT "task_dependencies_depends_on_id_tasks_id_fk" FOREIGN KEY ("depends_on_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_parent_id_tasks_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."tasks"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_hash" ON "api_keys" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "api_keys_person" ON "api_keys" USING btree ("person_id","id");--> statement-breakpoint
CREATE INDEX "audit_entries_person" ON "audit_entries" USING btree ("person_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_at" ON "audit_entries" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_age" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "rate_limits_expire" ON "rate_limits" USING btree ("expire");--> statement-breakpoint
CREATE INDEX "milestones_project" ON "milestones" USING btree ("project_id","position","id");--> statement-breakpoint
CREATE INDEX "project_templates_person" ON "project_templates" USING btree ("person_id","id");--> statement-breakpoint
CREATE INDEX "projects_person" ON "projects" USING btree ("person_id","id");--> statement-breakpoint
CREATE INDEX "task_dependencies_reverse" ON "task_dependencies" USING btree ("depends_on_id","task_id");--> statement-breakpoint
CREATE INDEX "tasks_person_created" ON "tasks" USING btree ("person_id","id") WHERE trashed_at is null;--> statement-breakpoint
CREATE INDEX "tasks_person_due" ON "tasks" USING btree ("person_id","due_sort","id") WHERE trashed_at is null;--> statement-breakpoint
CREATE INDEX "tasks_person_priority" ON "tasks" USING btree ("person_id","priority","due_sort","id") WHERE trashed_at is null;--> statement-breakpoint
CREATE INDEX "tasks_person_open" ON "tasks" USING btree ("person_id","due_sort","id") WHERE trashed_at is null and status in ('open', 'in_progress');--> statement-breakpoint
CREATE INDEX "tasks_person_trash" ON "tasks" USING btree ("person_id","id") WHERE trashed_at is not null;--> statement-breakpoint
CREATE INDEX "tasks_assignee" ON "tasks" USING btree ("assignee_id","id") WHERE assignee_id is not null;--> statement-breakpoint
CREATE INDEX "tasks_project" ON "tasks" USING btree ("project_id","id") WHERE project_id is not null;--> statement-breakpoint
CREATE INDEX "tasks_parent" ON "tasks" USING btree ("parent_id","id") WHERE parent_id is not null;--> statement-breakpoint
CREATE INDEX "tasks_labels" ON "tasks" USING gin ("labels");--> statement-breakpoint
CREATE INDEX "tasks_text" ON "tasks" USING gin ((title || ' ' || coalesce(notes, '')) gin_trgm_ops);