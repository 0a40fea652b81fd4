DROP INDEX "approvals_pending";--> statement-breakpoint
CREATE INDEX "approvals_approvers" ON "approvals" USING gin ("approvers" jsonb_path_ops);