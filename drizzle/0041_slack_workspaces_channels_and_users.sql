CREATE TABLE "slack_channels" (
	"team_id" text COLLATE "C" NOT NULL,
	"channel_id" text COLLATE "C" NOT NULL,
	"owner_team_id" text COLLATE "C",
	"allowed" text[] NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "slack_channels_team_id_channel_id_pk" PRIMARY KEY("team_id","channel_id")
);
--> statement-breakpoint
CREATE TABLE "slack_pairings" (
	"team_id" text COLLATE "C" NOT NULL,
	"user_id" text COLLATE "C" NOT NULL,
	"external_id" text COLLATE "C" NOT NULL,
	"hash" text COLLATE "C",
	"name" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "slack_pairings_team_id_user_id_pk" PRIMARY KEY("team_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "slack_users" (
	"team_id" text COLLATE "C" NOT NULL,
	"user_id" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"is_deactivated" boolean NOT NULL,
	"read_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "slack_users_team_id_user_id_pk" PRIMARY KEY("team_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "slack_workspaces" (
	"team_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"enterprise_id" text COLLATE "C",
	"name" text NOT NULL,
	"url" text NOT NULL,
	"bot_user_id" text COLLATE "C" NOT NULL,
	"bot_id" text COLLATE "C",
	"scopes" text[] NOT NULL,
	"checked_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "slack_pairings_hash" ON "slack_pairings" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "slack_pairings_age" ON "slack_pairings" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "slack_users_age" ON "slack_users" USING btree ("read_at");