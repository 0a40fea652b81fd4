CREATE TABLE "agents" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"slug" text COLLATE "C" NOT NULL,
	"spec" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "budgets" (
	"person_id" text COLLATE "C" NOT NULL,
	"agent_slug" text COLLATE "C" NOT NULL,
	"usd_micros_per_day" bigint,
	"tokens_per_day" bigint,
	"day_share" real NOT NULL,
	"night_share" real NOT NULL,
	"night_from" integer NOT NULL,
	"night_until" integer NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "budgets_person_id_agent_slug_pk" PRIMARY KEY("person_id","agent_slug")
);
--> statement-breakpoint
CREATE TABLE "spending" (
	"person_id" text COLLATE "C" NOT NULL,
	"agent_slug" text COLLATE "C" NOT NULL,
	"day" date NOT NULL,
	"reserved_usd_micros" bigint NOT NULL,
	"reserved_tokens" bigint NOT NULL,
	"spent_usd_micros" bigint NOT NULL,
	"spent_tokens" bigint NOT NULL,
	CONSTRAINT "spending_person_id_agent_slug_day_pk" PRIMARY KEY("person_id","agent_slug","day")
);
--> statement-breakpoint
CREATE TABLE "approvals" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"run_id" text COLLATE "C" NOT NULL,
	"step_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"agent_slug" text COLLATE "C" NOT NULL,
	"operation" text COLLATE "C" NOT NULL,
	"effect" text NOT NULL,
	"input" jsonb NOT NULL,
	"why" text NOT NULL,
	"approvers" jsonb NOT NULL,
	"state" text NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone,
	"decided_by" text COLLATE "C",
	"decided_door" text,
	"note" text,
	CONSTRAINT "approvals_step" UNIQUE("step_id")
);
--> statement-breakpoint
CREATE TABLE "artifacts" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"run_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"step_id" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"sha256" text NOT NULL,
	"content" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "artifacts_step" UNIQUE("step_id")
);
--> statement-breakpoint
CREATE TABLE "run_events" (
	"run_id" text COLLATE "C" NOT NULL,
	"position" integer NOT NULL,
	"type" text NOT NULL,
	"data" jsonb NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "run_events_run_id_position_pk" PRIMARY KEY("run_id","position")
);
--> statement-breakpoint
CREATE TABLE "run_feedback" (
	"run_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"rating" integer NOT NULL,
	"comment" text,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "run_feedback_run_id_person_id_pk" PRIMARY KEY("run_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "run_steps" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"run_id" text COLLATE "C" NOT NULL,
	"number" integer NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"phase" text,
	"operation" text COLLATE "C",
	"request" jsonb NOT NULL,
	"result" jsonb,
	"reserved_usd_micros" bigint NOT NULL,
	"reserved_tokens" bigint NOT NULL,
	"reserved_on" text,
	"usage" jsonb,
	"tokens" bigint NOT NULL,
	"cost_usd_micros" bigint,
	"created_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"root_id" text COLLATE "C" NOT NULL,
	"parent_id" text COLLATE "C",
	"parent_step_id" text COLLATE "C",
	"depth" integer NOT NULL,
	"starter" jsonb NOT NULL,
	"door" text NOT NULL,
	"agent_slug" text COLLATE "C" NOT NULL,
	"agent" jsonb NOT NULL,
	"format" integer NOT NULL,
	"goal" text NOT NULL,
	"project_id" text COLLATE "C",
	"workspace" text,
	"exclusive" boolean NOT NULL,
	"priority" text NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"detail" text,
	"phase" text,
	"start_after" timestamp (3) with time zone NOT NULL,
	"resume_at" timestamp (3) with time zone,
	"worker" text,
	"claimed_at" timestamp (3) with time zone,
	"lease_until" timestamp (3) with time zone,
	"fence" integer NOT NULL,
	"losses" integer NOT NULL,
	"cancel_asked_at" timestamp (3) with time zone,
	"cancel_asked_by" text COLLATE "C",
	"pause_asked_at" timestamp (3) with time zone,
	"last_event" integer NOT NULL,
	"last_step" integer NOT NULL,
	"model_steps" integer NOT NULL,
	"active_ms" bigint NOT NULL,
	"always_allowed" jsonb NOT NULL,
	"cap_usd_micros" bigint,
	"cap_tokens" bigint,
	"spent_usd_micros" bigint NOT NULL,
	"spent_tokens" bigint NOT NULL,
	"tree_reserved_usd_micros" bigint NOT NULL,
	"tree_reserved_tokens" bigint NOT NULL,
	"tree_spent_usd_micros" bigint NOT NULL,
	"tree_spent_tokens" bigint NOT NULL,
	"cost_known" boolean NOT NULL,
	"verdict" text,
	"summary" text,
	"output" jsonb,
	"schedule_id" text COLLATE "C",
	"due_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"starter" jsonb NOT NULL,
	"start" jsonb NOT NULL,
	"cron" text NOT NULL,
	"time_zone" text NOT NULL,
	"catch_up" text NOT NULL,
	"paused" boolean NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL,
	"last_run_id" text COLLATE "C",
	"last_due_at" timestamp (3) with time zone,
	"last_problem" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "agents_slug" ON "agents" USING btree ("person_id","slug");--> statement-breakpoint
CREATE INDEX "approvals_pending" ON "approvals" USING btree ("person_id","id") WHERE "approvals"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "approvals_expiry" ON "approvals" USING btree ("expires_at") WHERE "approvals"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "approvals_run" ON "approvals" USING btree ("run_id");--> statement-breakpoint
CREATE INDEX "artifacts_run" ON "artifacts" USING btree ("run_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "run_steps_number" ON "run_steps" USING btree ("run_id","number");--> statement-breakpoint
CREATE INDEX "runs_person" ON "runs" USING btree ("person_id","id");--> statement-breakpoint
CREATE INDEX "runs_parent" ON "runs" USING btree ("parent_id") WHERE "runs"."parent_id" is not null;--> statement-breakpoint
CREATE INDEX "runs_root" ON "runs" USING btree ("root_id");--> statement-breakpoint
CREATE UNIQUE INDEX "runs_project_writer" ON "runs" USING btree ("project_id") WHERE "runs"."state" = 'running' and "runs"."exclusive";--> statement-breakpoint
CREATE UNIQUE INDEX "runs_workspace_writer" ON "runs" USING btree ("person_id","workspace") WHERE "runs"."state" = 'running' and "runs"."exclusive";--> statement-breakpoint
CREATE UNIQUE INDEX "runs_schedule_due" ON "runs" USING btree ("schedule_id","due_at");--> statement-breakpoint
CREATE INDEX "runs_sweep" ON "runs" USING btree ("state","updated_at") WHERE "runs"."state" in ('queued', 'running', 'waiting');--> statement-breakpoint
CREATE INDEX "runs_finished" ON "runs" USING btree ("person_id","finished_at");--> statement-breakpoint
CREATE INDEX "schedules_person" ON "schedules" USING btree ("person_id","id");--> statement-breakpoint
CREATE INDEX "schedules_due" ON "schedules" USING btree ("next_at") WHERE not "schedules"."paused";