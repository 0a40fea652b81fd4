CREATE TABLE "audit_touches" (
	"person_id" text COLLATE "C" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"entry_id" text COLLATE "C" NOT NULL,
	"uris" text[] NOT NULL,
	CONSTRAINT "audit_touches_person_id_at_entry_id_pk" PRIMARY KEY("person_id","at","entry_id")
);
--> statement-breakpoint
ALTER TABLE "audit_touches" ADD CONSTRAINT "audit_touches_entry_id_audit_entries_id_fk" FOREIGN KEY ("entry_id") REFERENCES "public"."audit_entries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_touches_entry" ON "audit_touches" USING btree ("entry_id");