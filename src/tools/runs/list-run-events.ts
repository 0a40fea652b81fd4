/** runs.events: the log of a run from a position, as a page or as a stream. */
import { z } from 'zod'
import { EXAMPLE_IDS } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { Position } from '../../core/schema/ranges.ts'
import { cutText } from '../../core/text/cut.ts'
import { withheldFrom } from '../../domain/runs/bounds.ts'
import { listEvents, RunEvent } from '../../domain/runs/events.ts'
import { RunId, runUri } from '../../domain/runs/run.ts'
import { hasEnded } from '../../domain/runs/states.ts'
import { getLogEnd } from '../../domain/runs/views/store.ts'

const LIMIT = { default: 100, max: 500 } as const

export const listRunEvents = defineOperation({
  name: 'runs.events',
  summary: 'Read what a run did, event by event, from a position on.',
  details:
    'Over HTTP with `Accept: text/event-stream` it goes on as a stream until the run has ended; `Last-Event-ID` is the position to go on from.',
  keywords: 'log, follow, watch, tail, live, stream, activity, progress of an agent, job',
  route: 'GET /v1/runs/:runId/events',
  input: z.object({
    runId: RunId,
    after: Position.default(0).describe('Position of the last event that you have'),
    limit: z.int().min(1).max(LIMIT.max).default(LIMIT.default).describe('Events to return'),
  }),
  output: z.object({
    items: z.array(RunEvent),
    lastPosition: z.int().describe('Of all its events so far'),
    ended: z.boolean(),
  }),
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { runId: EXAMPLE_IDS.run, after: 0 },
  async run({ runId, after, limit }, ctx) {
    // First the run: an end that it shows is among the events that are read after it.
    const { state, lastEvent, ...contents } = await getLogEnd(ctx, runId)
    const withheld = withheldFrom(ctx.actor, contents)
    const items = await listEvents(ctx.db, runId, { after, limit, withheld })
    return { items, lastPosition: Math.max(lastEvent, items.at(-1)?.position ?? 0), ended: hasEnded(state) }
  },
  stream: {
    uri: ({ runId }) => runUri(runId),
    after: (input, position) => ({ ...input, after: position }),
    items: ({ items }) =>
      items.map(({ position, type, data, at }) => ({ position, type, data: { ...data, at } })),
    isEnd: ({ items, lastPosition, ended }) =>
      ended && (items.at(-1)?.position ?? lastPosition) >= lastPosition,
  },
  tell: ({ items, lastPosition, ended }) =>
    [
      ...items.map(({ position, at, type, data }) => `${position} ${at} ${type} ${JSON.stringify(data)}`),
      ended ? `The run has ended; its last event is ${lastPosition}.` : `Last event so far: ${lastPosition}.`,
    ].join('\n'),
  table: ({ items }) => ({
    columns: ['position', 'at', 'type', 'what'],
    rows: items.map(({ position, at, type, data }) => [String(position), at, type, inShort(data)]),
  }),
})

/** Fields of events that people read, in the order in which they are shown. */
const READ_FIELDS = [
  'agent',
  'operation',
  'tool',
  'name',
  'phase',
  'state',
  'by',
  'reason',
  'why',
  'problem',
  'goal',
  'question',
  'answer',
  'text',
  'words',
  'detail',
  'summary',
] as const

/** Characters of an event in a table; `--json` and the operation's answer have it whole. */
const SHOWN_CHARS = 160

function inShort(data: RunEvent['data']): string {
  const said = READ_FIELDS.map((field) => data[field])
    .filter((value) => typeof value === 'string')
    .filter((text) => text !== '' && text !== 'done')
  const line = (said.length > 0 ? said.join(' · ') : String(data.kind ?? '')).replaceAll(/\s+/g, ' ')
  return cutText(line, SHOWN_CHARS, '…')
}
