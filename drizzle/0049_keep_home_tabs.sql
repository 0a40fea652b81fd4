CREATE TABLE "slack_homes" (
	"team_id" text COLLATE "C" NOT NULL,
	"user_id" text COLLATE "C" NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"digest" text,
	"hash" text,
	CONSTRAINT "slack_homes_team_id_user_id_pk" PRIMARY KEY("team_id","user_id")
);
--> statement-breakpoint
CREATE INDEX "slack_homes_opened" ON "slack_homes" USING btree ("opened_at");