CREATE TABLE "connected_accounts" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"owner_id" text COLLATE "C" NOT NULL,
	"space_id" text COLLATE "C" NOT NULL,
	"connector" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"outside_id" text COLLATE "C" NOT NULL,
	"scopes" text[] NOT NULL,
	"state" text NOT NULL,
	"broken_because" text,
	"refused_at" timestamp (3) with time zone,
	"refresh_id" text COLLATE "C",
	"refresh_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"checked_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "consent_requests" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"owner_id" text COLLATE "C" NOT NULL,
	"connector" text COLLATE "C" NOT NULL,
	"scopes" text[] NOT NULL,
	"redirect_uri" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE UNIQUE INDEX "connected_accounts_once" ON "connected_accounts" USING btree ("owner_id","connector","outside_id");--> statement-breakpoint
CREATE INDEX "connected_accounts_space" ON "connected_accounts" USING btree ("space_id","id");--> statement-breakpoint
CREATE INDEX "consent_requests_expiry" ON "consent_requests" USING btree ("expires_at");