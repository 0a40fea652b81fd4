DROP INDEX "outbox_due";--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("receiver_id","next_at","position") WHERE state in ('waiting', 'sending');