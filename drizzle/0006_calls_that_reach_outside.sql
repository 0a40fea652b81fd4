ALTER TABLE "idempotency_keys" ALTER COLUMN "output" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "state" text DEFAULT 'answered' NOT NULL;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "attempt_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "stale_at" timestamp (3) with time zone;