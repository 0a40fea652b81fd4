/** Approvals: calls of agents that a person decides on. */
import { defineArea } from '../../core/area/area.ts'
import { defineHomeSection } from '../../core/area/home-section.ts'
import { approvalKind } from '../../domain/runs/approvals/approval-kind.ts'
import { approvalMessages } from '../../domain/runs/approvals/approval-messages.ts'
import { approvalDecided, approvalRequested } from '../../domain/runs/run-events.ts'
import { decideApproval } from './decide-approval.ts'
import { getApproval } from './get-approval.ts'
import { approvalIntents } from './intents.ts'
import { listApprovals } from './list-approvals.ts'

export const approvals = defineArea({
  name: 'approvals',
  ids: [approvalKind],
  scopes: {
    'approvals:decide': {
      includes: ['runs:read'],
      agents: 'an agent could approve its own calls',
      keyless: true,
      guests: true,
    },
  },
  events: [approvalRequested, approvalDecided],
  messages: approvalMessages,
  intents: approvalIntents,
  home: [
    defineHomeSection({
      title: 'Waiting for you',
      order: 100,
      operation: listApprovals,
      input: { state: 'pending', limit: 5 },
    }),
  ],
  operations: [listApprovals, getApproval, decideApproval],
})
