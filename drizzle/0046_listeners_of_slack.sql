CREATE TABLE "slack_listeners" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"connections" integer NOT NULL,
	"trouble" text,
	"heard_at" timestamp (3) with time zone,
	"noted_at" timestamp (3) with time zone NOT NULL
);
