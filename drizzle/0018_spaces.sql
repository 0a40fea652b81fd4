CREATE TABLE "grants" (
	"person_id" text COLLATE "C" NOT NULL,
	"space_id" text COLLATE "C" NOT NULL,
	"role" text NOT NULL,
	"owner_id" text COLLATE "C" NOT NULL,
	CONSTRAINT "grants_person_id_space_id_pk" PRIMARY KEY("person_id","space_id")
);--> statement-breakpoint
CREATE TABLE "project_members" (
	"project_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "project_members_project_id_person_id_pk" PRIMARY KEY("project_id","person_id")
);--> statement-breakpoint
CREATE TABLE "team_members" (
	"team_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "team_members_team_id_person_id_pk" PRIMARY KEY("team_id","person_id")
);--> statement-breakpoint
CREATE TABLE "teams" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_by" text COLLATE "C" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"archived_at" timestamp (3) with time zone
);--> statement-breakpoint
DROP INDEX "agents_slug";--> statement-breakpoint
DROP INDEX "project_templates_person";--> statement-breakpoint
DROP INDEX "projects_person";--> statement-breakpoint
DROP INDEX "runs_person";--> statement-breakpoint
DROP INDEX "schedules_person";--> statement-breakpoint
DROP INDEX "tasks_person_created";--> statement-breakpoint
DROP INDEX "tasks_person_due";--> statement-breakpoint
DROP INDEX "tasks_person_priority";--> statement-breakpoint
DROP INDEX "tasks_person_open";--> statement-breakpoint
DROP INDEX "tasks_person_trash";--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "space_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "project_templates" ADD COLUMN "space_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "owner_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "space_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "restricted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "space_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "artifacts" ADD COLUMN "space_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "owner_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "space_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "schedules" ADD COLUMN "space_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "owner_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "space_id" text COLLATE "C";--> statement-breakpoint
-- What is there stays in the space of its person.
UPDATE "agents" SET "space_id" = "person_id";--> statement-breakpoint
ALTER TABLE "agents" ALTER COLUMN "space_id" SET NOT NULL;--> statement-breakpoint
UPDATE "project_templates" SET "space_id" = "person_id";--> statement-breakpoint
ALTER TABLE "project_templates" ALTER COLUMN "space_id" SET NOT NULL;--> statement-breakpoint
UPDATE "projects" SET "owner_id" = "person_id", "space_id" = "person_id";--> statement-breakpoint
ALTER TABLE "projects" ALTER COLUMN "owner_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ALTER COLUMN "space_id" SET NOT NULL;--> statement-breakpoint
UPDATE "approvals" SET "space_id" = "person_id";--> statement-breakpoint
ALTER TABLE "approvals" ALTER COLUMN "space_id" SET NOT NULL;--> statement-breakpoint
UPDATE "artifacts" SET "space_id" = "person_id";--> statement-breakpoint
ALTER TABLE "artifacts" ALTER COLUMN "space_id" SET NOT NULL;--> statement-breakpoint
UPDATE "runs" SET "owner_id" = "person_id", "space_id" = "person_id";--> statement-breakpoint
ALTER TABLE "runs" ALTER COLUMN "owner_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ALTER COLUMN "space_id" SET NOT NULL;--> statement-breakpoint
UPDATE "schedules" SET "space_id" = "person_id";--> statement-breakpoint
ALTER TABLE "schedules" ALTER COLUMN "space_id" SET NOT NULL;--> statement-breakpoint
UPDATE "tasks" SET "owner_id" = "person_id", "space_id" = "person_id";--> statement-breakpoint
ALTER TABLE "tasks" ALTER COLUMN "owner_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "tasks" ALTER COLUMN "space_id" SET NOT NULL;--> statement-breakpoint
-- Everybody who is named anywhere becomes a person; the person of this machine is always there.
INSERT INTO "people" ("id", "created_at")
SELECT DISTINCT named."id", now() FROM (
	SELECT 'local' AS "id"
	UNION ALL SELECT "person_id" FROM "api_keys"
	UNION ALL SELECT "created_by" FROM "api_keys"
	UNION ALL SELECT "person_id" FROM "audit_entries"
	UNION ALL SELECT "person_id" FROM "tasks"
	UNION ALL SELECT "assignee_id" FROM "tasks"
	UNION ALL SELECT "person_id" FROM "projects"
	UNION ALL SELECT "person_id" FROM "project_templates"
	UNION ALL SELECT "person_id" FROM "agents"
	UNION ALL SELECT "person_id" FROM "budgets"
	UNION ALL SELECT "person_id" FROM "spending"
	UNION ALL SELECT "person_id" FROM "schedules"
	UNION ALL SELECT "person_id" FROM "runs"
	UNION ALL SELECT jsonb_array_elements_text("approvers") FROM "approvals"
) named
WHERE named."id" ~ '^[a-z0-9][a-z0-9._@+-]{0,63}$' AND named."id" NOT LIKE 'key\_%'
ON CONFLICT DO NOTHING;--> statement-breakpoint
ALTER TABLE "project_members" ADD CONSTRAINT "project_members_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "grants_space" ON "grants" USING btree ("space_id");--> statement-breakpoint
CREATE INDEX "project_members_person" ON "project_members" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "team_members_person" ON "team_members" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "agents_space_slug" ON "agents" USING btree ("space_id","slug");--> statement-breakpoint
CREATE INDEX "project_templates_space" ON "project_templates" USING btree ("space_id","id");--> statement-breakpoint
CREATE INDEX "projects_space" ON "projects" USING btree ("space_id","id");--> statement-breakpoint
CREATE INDEX "projects_owner" ON "projects" USING btree ("owner_id","id");--> statement-breakpoint
CREATE INDEX "runs_space" ON "runs" USING btree ("space_id","id");--> statement-breakpoint
CREATE INDEX "schedules_space" ON "schedules" USING btree ("space_id","id");--> statement-breakpoint
CREATE INDEX "tasks_space_created" ON "tasks" USING btree ("space_id","id") WHERE trashed_at is null;--> statement-breakpoint
CREATE INDEX "tasks_space_due" ON "tasks" USING btree ("space_id","due_sort","id") WHERE trashed_at is null;--> statement-breakpoint
CREATE INDEX "tasks_space_priority" ON "tasks" USING btree ("space_id","priority","due_sort","id") WHERE trashed_at is null;--> statement-breakpoint
CREATE INDEX "tasks_space_open" ON "tasks" USING btree ("space_id","due_sort","id") WHERE trashed_at is null and status in ('open', 'in_progress');--> statement-breakpoint
CREATE INDEX "tasks_space_trash" ON "tasks" USING btree ("space_id","id") WHERE trashed_at is not null;