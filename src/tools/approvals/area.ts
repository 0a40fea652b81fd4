/** Approvals: calls of agents on which a person decides. */
import { defineArea } from '../../core/area/area.ts'
import { approvalKind } from '../../domain/runs/approvals/approval-kind.ts'
import { decideApproval } from './decide-approval.ts'
import { getApproval } from './get-approval.ts'
import { listApprovals } from './list-approvals.ts'

export const approvals = defineArea({
  name: 'approvals',
  ids: [approvalKind],
  scopes: {
    'approvals:decide': {
      includes: ['runs:read'],
      agents: 'an agent would approve what it wants to do',
      keyless: true,
    },
  },
  operations: [listApprovals, getApproval, decideApproval],
})
