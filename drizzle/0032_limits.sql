CREATE TABLE "limits" (
	"owner_id" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"value" bigint NOT NULL,
	"set_by" text COLLATE "C" NOT NULL,
	"set_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "limits_owner_id_name_pk" PRIMARY KEY("owner_id","name")
);
--> statement-breakpoint
CREATE INDEX "grants_owner" ON "grants" USING btree ("owner_id","space_id");--> statement-breakpoint
CREATE INDEX "inbox_events_open" ON "inbox_events" USING btree ("owner_id","next_at","position") WHERE "inbox_events"."state" in ('received', 'running');--> statement-breakpoint
CREATE INDEX "artifacts_stored" ON "artifacts" USING btree ("space_id","size_bytes");