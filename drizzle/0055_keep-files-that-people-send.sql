CREATE TABLE "slack_files" (
	"space_id" text COLLATE "C" NOT NULL,
	"team_id" text COLLATE "C" NOT NULL,
	"file_id" text COLLATE "C" NOT NULL,
	"artifact_id" text COLLATE "C" NOT NULL,
	"channel_id" text COLLATE "C" NOT NULL,
	"message_ts" text COLLATE "C" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "slack_files_space_id_team_id_file_id_pk" PRIMARY KEY("space_id","team_id","file_id")
);
--> statement-breakpoint
ALTER TABLE "artifacts" ALTER COLUMN "run_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "artifacts" ALTER COLUMN "step_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "slack_files" ADD CONSTRAINT "slack_files_artifact_id_artifacts_id_fk" FOREIGN KEY ("artifact_id") REFERENCES "public"."artifacts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "slack_files_artifact" ON "slack_files" USING btree ("artifact_id");--> statement-breakpoint
CREATE INDEX "slack_files_message" ON "slack_files" USING btree ("team_id","channel_id","message_ts");--> statement-breakpoint
CREATE INDEX "slack_files_file" ON "slack_files" USING btree ("team_id","file_id");--> statement-breakpoint
CREATE INDEX "artifacts_sent" ON "artifacts" USING btree ("created_at") WHERE "artifacts"."run_id" is null;