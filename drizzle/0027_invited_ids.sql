ALTER TABLE "invitations" ADD COLUMN "person_id" text COLLATE "C";--> statement-breakpoint
CREATE INDEX "invitations_age" ON "invitations" USING btree ("expires_at");