/** approvals.list: calls that agents may not make alone. */

import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import {
  APPROVAL_STATES,
  Approval,
  listApprovals as readApprovals,
  toApproval,
} from '../../domain/runs/approvals/approvals.ts'
import { approvalLine, shownInput } from '../../domain/runs/approvals/describe-approval.ts'
import { RunId } from '../../domain/runs/run.ts'
import { decideApproval } from '../../domain/runs/views/next-calls.ts'

/** The most characters of each call's input in words; approvals.get shows everything. */
const INPUT_MAX_CHARS = 1_000

export const listApprovals = defineOperation({
  name: 'approvals.list',
  summary: 'List calls that agents asked approval for, newest first.',
  keywords: 'show, pending, open, waiting for my ok, permission requests, sign off, confirm',
  route: 'GET /v1/approvals',
  input: z.object({ state: z.enum(APPROVAL_STATES).optional(), runId: RunId.optional(), ...pageInput }),
  output: pageOf(Approval),
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  example: { state: 'pending' },
  async run(query, ctx) {
    const { items, nextCursor } = await readApprovals(ctx, query)
    return { items: items.map((row) => toApproval(row, ctx.actor)), nextCursor }
  },
  line: (item, reader) => approvalLine(item, { inputMaxChars: INPUT_MAX_CHARS, ...reader }),
  none: 'No approvals.',
  table: ({ items }) => ({
    columns: ['ref', 'state', 'run', 'agent', 'operation', 'input', 'why', 'until'],
    rows: items.map((item) => [
      item.ref,
      item.state,
      item.runRef,
      item.agent,
      item.operation,
      shownInput(item, INPUT_MAX_CHARS),
      item.why,
      item.expiresAt,
    ]),
  }),
  next: ({ items }) =>
    items
      .filter(({ state, mayDecide }) => state === 'pending' && mayDecide)
      .slice(0, 1)
      .flatMap(({ ref }) => decideApproval(ref)),
})
