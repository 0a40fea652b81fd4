/** approvals.decide: a person approves or rejects a call that an agent may not make alone. */

import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { Approval, ApprovalId, toApproval } from '../../domain/runs/approvals/approvals.ts'
import { DECISIONS, decideApproval as decide } from '../../domain/runs/approvals/decide-approval.ts'
import { approvalLine } from '../../domain/runs/approvals/describe-approval.ts'
import { followRun } from '../../domain/runs/views/next-calls.ts'

const NOTE_MAX_CHARS = 2_000

export const decideApproval = defineOperation({
  name: 'approvals.decide',
  summary: 'Approve or reject a call that an agent asked approval for. Ask the person first.',
  details:
    'An approval is decided once, and exactly the input that it shows is run. Only the people whom it names may decide, and no agent. To approve, or to reject with a note, you need the scopes that the run acts with.',
  keywords:
    'accept, allow, confirm, ok, yes, go ahead, permit, sign off, no, deny, decline, refuse a permission request',
  route: 'POST /v1/approvals/:approvalId/decide',
  input: z.object({
    approvalId: ApprovalId,
    decision: z.enum(DECISIONS),
    note: z.string().trim().min(1).max(NOTE_MAX_CHARS).optional().describe('Told to the agent'),
    always: z
      .boolean()
      .default(false)
      .describe('Allow this operation for the rest of the run, including its calls that already wait'),
  }),
  output: z.object({
    approval: Approval,
    changed: z.boolean().describe('False: you had decided so before'),
  }),
  scope: 'approvals:decide',
  notByClock: 'a person looks at each call before approving it',
  effect: 'write',
  repeat: 'natural',
  example: { approvalId: exampleId('approval'), decision: 'approve' },
  async run(deciding, ctx) {
    const { approval, changed } = await decide(ctx, deciding)
    return { approval: toApproval(approval, ctx.actor), changed }
  },
  tell: ({ approval, changed }, reader) =>
    `${changed ? '' : 'Decided before: '}${approvalLine(approval, reader)}`,
  asksPerson: ({ decision }) => decision !== 'reject',
  offeredBy: ({ approvalId }) => ({ operation: 'approvals.get', input: { approvalId } }),
  next: ({ approval, changed }) => (changed ? [followRun(approval.runRef)] : []),
})
