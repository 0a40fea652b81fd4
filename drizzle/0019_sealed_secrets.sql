CREATE TABLE "sealed_secrets" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"key_id" text COLLATE "C" NOT NULL,
	"sealed" text NOT NULL,
	"sealed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sealing_keys" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sealed_secrets" ADD CONSTRAINT "sealed_secrets_key_id_sealing_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."sealing_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sealed_secrets_key" ON "sealed_secrets" USING btree ("key_id","name");--> statement-breakpoint
-- What signed MCP sessions was here in the clear. It is derived from the master key now; where there is none, another one is made.
DELETE FROM "secrets";
