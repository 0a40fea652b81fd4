/** runs.events: the log of a run from a position on, as a page or as a stream. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { toldText } from '../../core/operation/told.ts'
import { Position } from '../../core/schema/ranges.ts'
import { cutText } from '../../core/text/cut.ts'
import { withheldFrom } from '../../domain/runs/bounds.ts'
import { listEvents, RunEvent } from '../../domain/runs/events.ts'
import { RunId, runUri } from '../../domain/runs/run.ts'
import { ENDED_STATES, hasEnded } from '../../domain/runs/states.ts'
import { getLogEnd } from '../../domain/runs/views/store.ts'
import { RunOutcome, tellEvent, tellOutcome } from '../../domain/runs/views/tell-event.ts'

const LIMIT = { default: 100, max: 500 } as const

export const listRunEvents = defineOperation({
  name: 'runs.events',
  summary: 'Read what a run did, event by event, from a position on.',
  details:
    'Over HTTP with `Accept: text/event-stream` it continues as a stream until the run has ended; `Last-Event-ID` is the position to continue from.',
  keywords: 'log, follow, watch, tail, live, stream, activity, progress of an agent, job',
  route: 'GET /v1/runs/:runId/events',
  input: z.object({
    runId: RunId,
    after: Position.default(0).describe('Position of the last event that you have'),
    limit: z.int().min(1).max(LIMIT.max).default(LIMIT.default).describe('Events to return'),
  }),
  output: z.object({
    runId: z.string(),
    items: z.array(RunEvent),
    lastPosition: z.int().describe('Of all its events so far'),
    ended: z.boolean(),
  }),
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { runId: exampleId('run'), after: 0 },
  async run({ runId, after, limit }, ctx) {
    // The run is read first: if it shows an end, the events read after it include that end.
    const { state, lastEvent, ...contents } = await getLogEnd(ctx, runId)
    const withheld = withheldFrom(ctx.actor, contents)
    const items = await listEvents(ctx.db, runId, { after, limit, withheld })
    const lastPosition = Math.max(lastEvent, items.at(-1)?.position ?? 0)
    return { runId, items, lastPosition, ended: hasEnded(state) }
  },
  stream: {
    uri: ({ runId }) => runUri(runId),
    after: (input, position) => ({ ...input, after: position }),
    items: ({ items }) =>
      items.map(({ position, type, data, at }) => ({ position, type, data: { ...data, at } })),
    isEnd: ({ items, lastPosition, ended }) =>
      ended && (items.at(-1)?.position ?? lastPosition) >= lastPosition,
    watch: {
      noun: 'run',
      tell({ type, data }, { runId }) {
        // The end of the run is told once, from the run itself.
        if (ENDS.has(type)) return []
        return tellEvent({ type, data: EventData.parse(data) }, String(runId))
      },
      outcome: ({ runId }) => ({ operation: 'runs.get', input: { runId } }),
      tellOutcome: ({ run }) => tellOutcome(RunOutcome.parse(run)),
      stop: ({ runId }) => ({ operation: 'runs.cancel', input: { runId } }),
    },
  },
  tell: ({ runId, items, lastPosition, ended }) =>
    [
      ...items.map((event) =>
        `${event.position} ${event.at} ${event.type} ${inWords(event, runId)}`.trimEnd(),
      ),
      ended ? `The run has ended; its last event is ${lastPosition}.` : `Last event so far: ${lastPosition}.`,
    ].join('\n'),
  table: ({ runId, items }) => ({
    columns: ['position', 'at', 'type', 'what'],
    rows: items.map((event) => [String(event.position), event.at, event.type, inShort(event, runId)]),
  }),
})

const EventData = RunEvent.shape.data

const ENDS: ReadonlySet<string> = new Set(ENDED_STATES.map((state) => `run.${state}`))

/** The most characters of an event in a table; `--json` and the operation's answer have the whole event. */
const SHOWN_CHARS = 160

function inWords(event: RunEvent, runId: string): string {
  return tellEvent(event, runId).map(toldText).join('\n')
}

function inShort(event: RunEvent, runId: string): string {
  const [line = ''] = inWords(event, runId).split('\n')
  return cutText(line, SHOWN_CHARS, '…')
}
