ALTER TABLE "hooks" ADD COLUMN "secret_number" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "hooks" ADD COLUMN "earlier_token_hash" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "hooks" ADD COLUMN "earlier_until" timestamp (3) with time zone;