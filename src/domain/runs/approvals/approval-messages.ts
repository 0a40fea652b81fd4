/** What people are told about approvals. */
import { sql } from 'drizzle-orm'
import { defineMessage } from '../../../core/area/message.ts'
import type { NextCall } from '../../../core/operation/next-call.ts'
import { people } from '../../access/tables.ts'
import { type Viewer, visibleTo } from '../../access/visible-to.ts'
import { inPayload } from '../../notifications/sight.ts'
import { tasks } from '../../tasks/tables.ts'
import { seesContents } from '../bounds.ts'
import { approvalRequested } from '../run-events.ts'
import { approvals, runs } from '../tables.ts'
import { mayDecide } from './may-decide.ts'

/** Tasks that a detail names. */
const TASKS_NAMED_MAX = 5

/** The titles of the tasks that the input of an approval names; null: the viewer sees none of them. */
function tasksIn(viewer: Viewer) {
  const named = sql`select value #>> '{}' from jsonb_path_query(${approvals.input}, '$.** ? (@.type() == "string")') as value`
  return sql`(select 'About: ' || string_agg('T-' || named.number || ' ' || named.title, '; ' order by named.number)
    from (select ${tasks.number} as number, ${tasks.title} as title from ${tasks}
      where (${tasks.id} in (${named}) or 'T-' || ${tasks.number} in (${named})) and ${visibleTo(viewer, tasks)}
      order by ${tasks.number} limit ${TASKS_NAMED_MAX}) as named)`
}

function deciding(approvalId: string, decision: 'approve' | 'reject'): NextCall {
  const ask = { note: 'a note for the agent' }
  return { operation: 'approvals.decide', input: { approvalId, decision }, ask }
}

export const approvalMessages = [
  defineMessage({
    event: approvalRequested,
    title: 'A run waits for your approval',
    isUrgent: true,
    text: ({ agent, runRef, operation, ref }) =>
      `${agent} (${runRef}) asks for your approval of ${operation} (${ref})`,
    actions: ({ approvalId }) => [
      { label: 'Approve', call: deciding(approvalId, 'approve') },
      { label: 'Reject', call: deciding(approvalId, 'reject') },
      { label: 'Show', call: { operation: 'approvals.get', input: { approvalId } } },
    ],
    taskOf: ({ rootId }) => rootId,
    isSeen: (viewer) => sql`exists (select from ${approvals}
      where ${approvals.id} = ${inPayload('approvalId')} and ${mayDecide(viewer)})`,
    details: (
      viewer,
    ) => sql`(select jsonb_build_array(${approvals.input}, ${tasksIn(viewer)}, 'Goal: ' || ${runs.goal}) from ${approvals}
      join ${runs} on ${runs.id} = ${approvals.runId}
      where ${approvals.id} = ${inPayload('approvalId')} and ${seesContents(viewer.actor, runs.contentScopes)})`,
    isOpen: sql`exists (select from ${approvals} where ${approvals.id} = ${inPayload('approvalId')}
      and ${approvals.state} = 'pending')`,
    ended: sql`(select jsonb_build_object('what', ${approvals.state},
        'by', coalesce(${people.name}, ${approvals.decidedBy}), 'at', ${approvals.decidedAt})
      from ${approvals} left join ${people} on ${people.id} = ${approvals.decidedBy}
      where ${approvals.id} = ${inPayload('approvalId')})`,
  }),
]
