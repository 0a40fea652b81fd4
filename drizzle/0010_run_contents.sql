ALTER TABLE "runs" ADD COLUMN "content_scopes" jsonb;
--> statement-breakpoint
-- What was delegated was said by the run above it, so that it rests on what the run at the top could read.
update "runs" set "content_scopes" = coalesce(
	(select root."starter" -> 'scopes' from "runs" root where root."id" = "runs"."root_id"),
	"runs"."starter" -> 'scopes'
);
--> statement-breakpoint
ALTER TABLE "runs" ALTER COLUMN "content_scopes" SET NOT NULL;
