-- A task stands in a project of its owner. Whoever it was given to could put it into one of theirs.
UPDATE "tasks" SET "project_id" = NULL FROM "projects"
WHERE "projects"."id" = "tasks"."project_id" AND "projects"."person_id" <> "tasks"."person_id";
