CREATE TABLE "slack_posts" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"team_id" text COLLATE "C" NOT NULL,
	"channel" text COLLATE "C" NOT NULL,
	"thread_ts" text COLLATE "C",
	"only_for" text COLLATE "C",
	"about" text COLLATE "C",
	"sent_to" text,
	"sent_ts" text COLLATE "C",
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "inbox_events" ALTER COLUMN "operation" DROP NOT NULL;--> statement-breakpoint
CREATE INDEX "slack_posts_about" ON "slack_posts" USING btree ("about") WHERE "slack_posts"."about" is not null;--> statement-breakpoint
CREATE INDEX "slack_posts_age" ON "slack_posts" USING btree ("created_at");