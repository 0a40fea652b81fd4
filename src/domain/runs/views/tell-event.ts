/** What a run did, event by event, and its outcome: the words that every door shows in its own style. */

import type { z } from 'zod'
import type { Told } from '../../../core/operation/told.ts'
import { counted } from '../../../core/text/counts.ts'
import { cutText } from '../../../core/text/cut.ts'
import { seenJson } from '../../../core/text/json.ts'
import { linksIn } from '../../../core/text/links.ts'
import { costText } from '../../money.ts'
import { durationText } from '../../time/duration-text.ts'
import type { RunEvent } from '../events.ts'
import { Run } from '../run.ts'
import { EVENT_TEXT_MAX_CHARS } from '../steps/steps.ts'
import { answerQuestion, decideApproval } from './next-calls.ts'

type Data = RunEvent['data']

/** The most characters of an answer or a message that are shown. */
const BRIEF_CHARS = 300
/** The most addresses that the result of one call shows. */
const LINKS_MAX = 5
/** The most characters of a call's input shown to the person who decides on it, followed by how many more there are. */
const ASKED_INPUT_CHARS = 4_000

/** An event of a run in words. The events of one run are told in order; `depth` marks what belongs together. */
export function tellEvent({ type, data }: Pick<RunEvent, 'type' | 'data'>, runId: string): Told[] {
  const tell = TELLERS[type]
  return tell === undefined ? [{ mark: 'note', text: otherText(type, data) }] : tell(data, runId)
}

const TELLERS: Readonly<Record<string, (data: Data, runId: string) => Told[]>> = {
  'run.created': ({ agent, goal }) => [{ mark: 'begun', text: `${textOf(agent)}: ${brief(goal)}` }],
  'step.started': ({ kind, tool, stepId }) =>
    kind === 'tool' ? [{ mark: 'calling', depth: 1, text: textOf(tool), ...about(stepId) }] : [],
  'step.finished': tellFinishedStep,
  'message.added': ({ from, text }) => [
    { mark: 'message', text: `${textOf(from) || 'message'}: ${brief(text)}` },
  ],
  'approval.asked': tellAskedApproval,
  'approval.decided': ({ state, by, approvalId }) => [
    {
      mark: 'asked',
      text: `${textOf(state)}${textOf(by) === '' ? '' : ` by ${textOf(by)}`}`,
      ...about(approvalId),
    },
  ],
  'approval.withdrawn': ({ operation, approvalId }) => [
    {
      mark: 'asked',
      text: `withdrawn: ${textOf(operation)} needs no decision any more`,
      ...about(approvalId),
    },
  ],
  'question.asked': ({ question, stepId }, runId) => [
    {
      mark: 'asked',
      subject: textOf(question),
      calls: [answerQuestion(runId, typeof stepId === 'string' ? stepId : undefined)],
      ...about(stepId),
    },
  ],
  'question.answered': ({ by, answer, stepId }) => [
    { mark: 'message', text: `${textOf(by)}: ${brief(answer)}`, ...about(stepId) },
  ],
  'child.started': ({ agent, runId }) => [
    { mark: 'delegated', depth: 1, subject: textOf(agent), aside: textOf(runId), ...about(runId) },
  ],
  'child.finished': ({ agent, state, runId }) => [
    {
      ...{ mark: 'delegated', depth: 1, subject: textOf(agent), text: textOf(state) },
      ...{ aside: textOf(runId), ...about(runId) },
    },
  ],
  'artifact.added': ({ name, artifactId }) => [
    { mark: 'file', depth: 1, text: textOf(name), aside: textOf(artifactId) },
  ],
  'budget.refused': ({ words }) => [{ mark: 'warning', text: textOf(words) }],
}

/** An event without words of its own: its name, and its text if it has any. */
function otherText(type: string, data: Data): string {
  const said = [data.reason, data.detail, data.phase, data.by].map(brief).filter((text) => text !== '')
  return [brief(type).replace('.', ' ').replaceAll('_', ' '), ...said].join(', ')
}

function tellFinishedStep(data: Data): Told[] {
  if (data.kind === 'model') return tellModelStep(data)
  if (data.kind !== 'tool') return []
  const isBad = data.state !== 'done' || data.isError === true
  const mark = data.state === 'unknown' ? 'unknown' : isBad ? 'failed' : 'done'
  const text = textOf(data.text)
  const isCut = text.length >= EVENT_TEXT_MAX_CHARS - 1
  const links = isBad ? [] : linksIn(text, { max: LINKS_MAX, isCut })
  return [
    {
      ...{ mark, depth: 1, text: textOf(data.tool), aside: brief(data.text) },
      ...(links.length > 0 && { links }),
      ...about(data.stepId),
    },
  ]
}

function tellModelStep({ stepId, text, state, problem, tokens, costUsd }: Data): Told[] {
  const cost = costText(typeof costUsd === 'number' ? costUsd : null)
  const figures = typeof tokens === 'number' ? `${counted(tokens, 'token')} · ${cost}` : cost
  return [
    { mark: 'said', text: textOf(text).trim(), live: textOf(stepId) },
    ...(state === 'failed' ? [{ mark: 'failed', text: textOf(problem) || 'the model failed' } as const] : []),
    { mark: 'figures', depth: 1, aside: figures },
  ]
}

function tellAskedApproval({ approvalId, ref = approvalId, operation, input = {}, why }: Data): Told[] {
  // Events of earlier versions have no reference.
  const id = textOf(ref)
  const whole = seenJson(input)
  const shown = cutText(whole, ASKED_INPUT_CHARS)
  const left = whole.length - shown.length
  const rest: Told = {
    mark: 'warning',
    depth: 1,
    isPrivate: true,
    text: `${counted(left, 'more character is', 'more characters are')} not shown here:`,
    calls: [{ operation: 'approvals.get', input: { approvalId: id } }],
  }
  return [
    { mark: 'asked', subject: textOf(operation), text: shown, isPrivate: true, ...about(approvalId) },
    ...(left > 0 ? [rest] : []),
    { mark: 'said', depth: 1, text: brief(why), calls: decideApproval(id) },
  ]
}

const END_MARKS = { succeeded: 'done', failed: 'failed', cancelled: 'cancelled' } as const

/** The parts of an ended run that are told. */
export const RunOutcome = Run.pick({
  ...{ state: true, reason: true, detail: true, summary: true },
  ...{ durationMs: true, treeTokens: true, treeCostUsd: true },
})

/** The outcome of a run, or its state. */
export function tellOutcome(run: z.output<typeof RunOutcome>): Told[] {
  const { state, detail, reason, summary, durationMs, treeTokens, treeCostUsd } = run
  const facts = [
    ...(durationMs === null ? [] : [durationText(durationMs)]),
    counted(treeTokens, 'token'),
    costText(treeCostUsd),
  ]
  const why = state === 'succeeded' ? null : (detail ?? reason)
  return [
    { mark: isEnd(state) ? END_MARKS[state] : 'note', subject: state, aside: facts.join(' · ') },
    ...[why, summary].filter((text) => text !== null).map((text) => ({ mark: 'said', text }) as const),
  ]
}

function isEnd(state: string): state is keyof typeof END_MARKS {
  return Object.hasOwn(END_MARKS, state)
}

function about(id: unknown): Pick<Told, 'thing'> {
  return typeof id === 'string' ? { thing: id } : {}
}

function brief(value: unknown): string {
  return cutText(textOf(value).replaceAll(/\s+/g, ' ').trim(), BRIEF_CHARS, '…')
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
