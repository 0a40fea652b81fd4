/** approvals.get: one call that an agent asked approval for. */

import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import {
  Approval,
  ApprovalId,
  getApproval as readApproval,
  toApproval,
} from '../../domain/runs/approvals/approvals.ts'
import { approvalLine } from '../../domain/runs/approvals/describe-approval.ts'
import { decideApproval } from '../../domain/runs/views/next-calls.ts'

export const getApproval = defineOperation({
  name: 'approvals.get',
  summary: 'Get one approval: the exact call, why approval is needed, and the decision.',
  keywords: 'show, open, view, details of a permission request',
  route: 'GET /v1/approvals/:approvalId',
  input: z.object({ approvalId: ApprovalId }),
  output: z.object({ approval: Approval }),
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { approvalId: exampleId('approval') },
  async run({ approvalId }, ctx) {
    return { approval: toApproval(await readApproval(ctx, approvalId), ctx.actor) }
  },
  tell: ({ approval }, reader) => approvalLine(approval, reader),
  next: ({ approval: { id, state, mayDecide } }) =>
    state === 'pending' && mayDecide ? decideApproval(id) : [],
})
