/** What people are told about approvals. */
import { sql } from 'drizzle-orm'
import { defineMessage } from '../../../core/area/message.ts'
import { inPayload } from '../../notifications/sight.ts'
import { approvalRequested } from '../run-events.ts'
import { approvals } from '../tables.ts'
import { mayDecide } from './may-decide.ts'

export const approvalMessages = [
  defineMessage({
    event: approvalRequested,
    title: 'A run waits for your approval',
    isUrgent: true,
    text: ({ agent, runRef, operation, ref }) =>
      `${agent} (${runRef}) asks for your approval of ${operation} (${ref})`,
    actions: ({ approvalId }) => [
      {
        label: 'Approve',
        call: { operation: 'approvals.decide', input: { approvalId, decision: 'approve' } },
      },
      { label: 'Reject', call: { operation: 'approvals.decide', input: { approvalId, decision: 'reject' } } },
    ],
    isSeen: (viewer) => sql`exists (select from ${approvals}
      where ${approvals.id} = ${inPayload('approvalId')} and ${mayDecide(viewer)})`,
    isOpen: sql`exists (select from ${approvals} where ${approvals.id} = ${inPayload('approvalId')}
      and ${approvals.state} = 'pending')`,
  }),
]
