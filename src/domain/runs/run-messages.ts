/** What people are told about runs and their questions. */
import { type SQL, sql } from 'drizzle-orm'
import { defineMessage } from '../../core/area/message.ts'
import { people } from '../access/tables.ts'
import { type Viewer, visibleTo } from '../access/visible-to.ts'
import { inPayload } from '../notifications/sight.ts'
import { projectNamed } from '../projects/named.ts'
import { seesContents } from './bounds.ts'
import { budgetReached, questionAsked, runEnded } from './run-events.ts'
import { runEvents, runSteps, runs } from './tables.ts'

function seesRun(viewer: Viewer): SQL {
  return sql`exists (select from ${runs} where ${runs.id} = ${inPayload('runId')} and ${visibleTo(viewer, runs)})`
}

/** The goal of the run of a message, the name of its project, and further parts of the row. */
function contentsOf(viewer: Viewer, ...parts: readonly SQL[]): SQL {
  const details = [sql`'Goal: ' || ${runs.goal}`, projectNamed(viewer, runs.projectId), ...parts]
  return sql`(select jsonb_build_array(${sql.join(details, sql`, `)}) from ${runs}
    where ${runs.id} = ${inPayload('runId')} and ${seesContents(viewer.actor, runs.contentScopes)})`
}

const howItEnded = sql`case when ${runs.state} = 'succeeded' then 'Summary: ' || ${runs.summary}
  else 'Reason: ' || ${runs.detail} end`

const ENDED = { succeeded: 'succeeded', failed: 'failed', cancelled: 'was cancelled' } as const

export const runMessages = [
  defineMessage({
    event: runEnded,
    title:
      'Your run ends: it fails, somebody else cancels it, or it succeeds without having been started by a schedule',
    isUrgent: false,
    text: ({ agent, runRef, state, reason }) => {
      const how = state in ENDED ? ENDED[state as keyof typeof ENDED] : state
      return `${agent} (${runRef}) ${how}${state === 'failed' && reason !== null ? `: ${reason}` : ''}`
    },
    actions: ({ runRef }) => [
      { label: 'Show', call: { operation: 'runs.result', input: { runId: runRef } } },
    ],
    taskOf: ({ rootId }) => rootId,
    isSeen: seesRun,
    details: (viewer) => contentsOf(viewer, howItEnded),
  }),
  defineMessage({
    event: questionAsked,
    title: 'A run asks you a question',
    isUrgent: true,
    text: ({ agent, runRef }) => `${agent} (${runRef}) asks you a question`,
    actions: ({ runId, runRef, stepId }) => [
      {
        label: 'Answer',
        call: { operation: 'runs.answer', input: { runId, stepId }, ask: { answer: 'your answer' } },
      },
      { label: 'Show', call: { operation: 'runs.get', input: { runId: runRef } } },
    ],
    taskOf: ({ rootId }) => rootId,
    isSeen: seesRun,
    details: (viewer) =>
      contentsOf(
        viewer,
        sql`(select 'Question: ' || (${runSteps.request} #>> '{input,question}') from ${runSteps}
          where ${runSteps.id} = ${inPayload('stepId')} and ${runSteps.runId} = ${runs.id})`,
      ),
    isOpen: sql`exists (select from ${runSteps} where ${runSteps.id} = ${inPayload('stepId')}
      and ${runSteps.state} = 'waiting')`,
    ended: sql`(select jsonb_build_object('what', case when ${runSteps.state} = 'done' then 'answered' else 'withdrawn' end,
        'by', coalesce(${people.name}, answer.data ->> 'by'), 'at', ${runSteps.finishedAt})
      from ${runSteps}
      left join ${runEvents} as answer on answer.run_id = ${runSteps.runId} and answer.type = 'question.answered'
        and answer.data ->> 'stepId' = ${runSteps.id}
      left join ${people} on ${people.id} = answer.data ->> 'by'
      where ${runSteps.id} = ${inPayload('stepId')} limit 1)`,
  }),
]

export const budgetMessages = [
  defineMessage({
    event: budgetReached,
    title: 'A daily budget is reached: once a day',
    isUrgent: false,
    text: ({ agent, runRef, because }) => `A budget is reached, so ${agent} (${runRef}) waits: ${because}`,
    actions: () => [{ label: 'Budgets', call: { operation: 'budgets.list', input: {} } }],
    isSeen: seesRun,
    details: (viewer) => contentsOf(viewer),
  }),
]
