CREATE TABLE "ritual_preferences" (
	"person_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"times" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"energy_from" text,
	"energy_until" text,
	"new_task_limit" integer
);
--> statement-breakpoint
CREATE TABLE "ritual_tellings" (
	"person_id" text COLLATE "C" NOT NULL,
	"ritual" text NOT NULL,
	"day" date NOT NULL,
	CONSTRAINT "ritual_tellings_person_id_ritual_pk" PRIMARY KEY("person_id","ritual")
);
--> statement-breakpoint
CREATE TABLE "weekly_outcomes" (
	"person_id" text COLLATE "C" NOT NULL,
	"week" date NOT NULL,
	"number" smallint NOT NULL,
	"text" text NOT NULL,
	"achieved_at" timestamp (3) with time zone,
	CONSTRAINT "weekly_outcomes_person_id_week_number_pk" PRIMARY KEY("person_id","week","number")
);
--> statement-breakpoint
CREATE TABLE "weekly_reviews" (
	"person_id" text COLLATE "C" NOT NULL,
	"week" date NOT NULL,
	"steps" jsonb NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "weekly_reviews_person_id_week_pk" PRIMARY KEY("person_id","week")
);
