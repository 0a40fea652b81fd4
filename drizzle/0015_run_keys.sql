CREATE TABLE "run_keys" (
	"run_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"hash" text COLLATE "C" NOT NULL,
	"fence" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "run_keys_hash" ON "run_keys" USING btree ("hash");