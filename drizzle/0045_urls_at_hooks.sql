CREATE TABLE "hook_urls" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"hook" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"owner_id" text COLLATE "C" NOT NULL,
	"space_id" text COLLATE "C" NOT NULL,
	"hash" text COLLATE "C" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "hook_urls_token" ON "hook_urls" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "hook_urls_space" ON "hook_urls" USING btree ("space_id","id");