CREATE TABLE "hooks" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"owner_id" text COLLATE "C" NOT NULL,
	"space_id" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"operation" text COLLATE "C" NOT NULL,
	"mapping" text NOT NULL,
	"verify" text NOT NULL,
	"token_hash" text COLLATE "C",
	"in_order" boolean NOT NULL,
	"starter" jsonb NOT NULL,
	"problem" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "hooks_space" ON "hooks" USING btree ("space_id","id");