/** Steps for people: input and output, cut to a readable length. */
import { and, asc, eq, gt } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../../../core/operation/context.ts'
import { decodeCursor, toPage } from '../../../core/schema/page.ts'
import { Position } from '../../../core/schema/ranges.ts'
import { cutText } from '../../../core/text/cut.ts'
import { toUsd } from '../../money.ts'
import { withheldFrom } from '../bounds.ts'
import type { RunRow } from '../run.ts'
import { STEP_KINDS, STEP_STATES } from '../states.ts'
import type { StepRow } from '../steps/steps.ts'
import { runSteps } from '../tables.ts'

/** The most characters shown of the input, and of the output. */
const SHOWN_CHARS = 1_000

export const StepView = z.object({
  id: z.string(),
  number: z.int(),
  kind: z.enum(STEP_KINDS),
  state: z.enum(STEP_STATES),
  phase: z.string().nullable(),
  operation: z.string().nullable(),
  request: z.string().describe('As JSON, cut if it is long'),
  result: z.string().nullable().describe('As JSON, cut if it is long'),
  tokens: z.int(),
  costUsd: z.number().nullable().describe('null: not known'),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
})
type StepView = z.output<typeof StepView>

interface PageQuery {
  readonly limit: number
  readonly cursor?: string | undefined
}

const IN_ORDER = 'number'

/** @throws AppError `invalid_input` for a cursor of another list */
export async function listStepViews(
  { db, actor }: Pick<Context, 'db' | 'actor'>,
  run: RunRow,
  { limit, cursor }: PageQuery,
) {
  const after = cursor === undefined ? 0 : decodeCursor(cursor, IN_ORDER, z.tuple([Position]))[0]
  const rows = await db
    .select()
    .from(runSteps)
    .where(and(eq(runSteps.runId, run.id), gt(runSteps.number, after)))
    .orderBy(asc(runSteps.number))
    .limit(limit + 1)
  const page = toPage(rows, limit, ({ number }) => ({ sort: IN_ORDER, after: [number] }))
  const withheld = withheldFrom(actor, run)
  return { ...page, items: page.items.map((step) => toView(step, withheld)) }
}

/** `withheld` is shown in place of the step's input and output. */
function toView(row: StepRow, withheld: string | undefined): StepView {
  const { id, number, kind, state, phase, operation, request, result, tokens, costUsdMicros } = row
  return {
    ...{ id, number, kind, state, phase, operation, tokens },
    request: withheld ?? shown(request),
    result: result === null ? null : (withheld ?? shown(result)),
    costUsd: costUsdMicros === null ? null : toUsd(costUsdMicros),
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }
}

function shown(value: unknown): string {
  return cutText(JSON.stringify(value), SHOWN_CHARS, '…')
}
