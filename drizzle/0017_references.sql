-- What is there gets its numbers in the order in which it was made.
ALTER TABLE "projects" ADD COLUMN "number" bigint;--> statement-breakpoint
UPDATE "projects" SET "number" = made."place"
FROM (SELECT "id", row_number() OVER (ORDER BY "created_at", "id") AS "place" FROM "projects") made WHERE made."id" = "projects"."id";--> statement-breakpoint
ALTER TABLE "projects" ALTER COLUMN "number" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ALTER COLUMN "number" ADD GENERATED ALWAYS AS IDENTITY (sequence name "projects_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
SELECT setval('projects_number_seq', (SELECT count(*) + 1 FROM "projects"), false);--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_number" UNIQUE("number");--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "number" bigint;--> statement-breakpoint
UPDATE "tasks" SET "number" = made."place"
FROM (SELECT "id", row_number() OVER (ORDER BY "created_at", "id") AS "place" FROM "tasks") made WHERE made."id" = "tasks"."id";--> statement-breakpoint
ALTER TABLE "tasks" ALTER COLUMN "number" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "tasks" ALTER COLUMN "number" ADD GENERATED ALWAYS AS IDENTITY (sequence name "tasks_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
SELECT setval('tasks_number_seq', (SELECT count(*) + 1 FROM "tasks"), false);--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_number" UNIQUE("number");--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "number" bigint;--> statement-breakpoint
UPDATE "runs" SET "number" = made."place"
FROM (SELECT "id", row_number() OVER (ORDER BY "created_at", "id") AS "place" FROM "runs") made WHERE made."id" = "runs"."id";--> statement-breakpoint
ALTER TABLE "runs" ALTER COLUMN "number" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ALTER COLUMN "number" ADD GENERATED ALWAYS AS IDENTITY (sequence name "runs_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
SELECT setval('runs_number_seq', (SELECT count(*) + 1 FROM "runs"), false);--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_number" UNIQUE("number");--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "number" bigint;--> statement-breakpoint
UPDATE "approvals" SET "number" = made."place"
FROM (SELECT "id", row_number() OVER (ORDER BY "asked_at", "id") AS "place" FROM "approvals") made WHERE made."id" = "approvals"."id";--> statement-breakpoint
ALTER TABLE "approvals" ALTER COLUMN "number" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "approvals" ALTER COLUMN "number" ADD GENERATED ALWAYS AS IDENTITY (sequence name "approvals_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
SELECT setval('approvals_number_seq', (SELECT count(*) + 1 FROM "approvals"), false);--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_number" UNIQUE("number");--> statement-breakpoint
ALTER TABLE "schedules" ADD COLUMN "number" bigint;--> statement-breakpoint
UPDATE "schedules" SET "number" = made."place"
FROM (SELECT "id", row_number() OVER (ORDER BY "created_at", "id") AS "place" FROM "schedules") made WHERE made."id" = "schedules"."id";--> statement-breakpoint
ALTER TABLE "schedules" ALTER COLUMN "number" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "schedules" ALTER COLUMN "number" ADD GENERATED ALWAYS AS IDENTITY (sequence name "schedules_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
SELECT setval('schedules_number_seq', (SELECT count(*) + 1 FROM "schedules"), false);--> statement-breakpoint
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_number" UNIQUE("number");