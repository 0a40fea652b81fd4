CREATE TABLE "slack_greetings" (
	"team_id" text COLLATE "C" NOT NULL,
	"greeted" text COLLATE "C" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "slack_greetings_team_id_greeted_pk" PRIMARY KEY("team_id","greeted")
);
--> statement-breakpoint
ALTER TABLE "slack_channels" ADD COLUMN "agent" text;