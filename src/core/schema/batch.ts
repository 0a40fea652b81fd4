/** Batches: many things in one call, each with its own outcome. */
import { z } from 'zod'
import { AppError, ERROR_CODES, errorBody } from '../errors.ts'

/** The most things in one batch. */
export const BATCH_MAX_ITEMS = 25

const ItemError = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  fix: z.string().optional(),
})

/** The schema of one item's outcome: `fields` on success, an error of its own on failure. */
export function itemResult<Fields extends z.ZodRawShape>(fields: Fields) {
  return z.union([
    z.object({ ok: z.literal(true), ...fields }),
    z.object({ ok: z.literal(false), error: ItemError }),
  ])
}

export type ItemFailure = { readonly ok: false; readonly error: z.output<typeof ItemError> }

/** One item's outcome: an `AppError` becomes the item's failure, anything else its success. */
export function toItemResult<Fields extends object>(
  outcome: Fields | AppError,
): ({ readonly ok: true } & Fields) | ItemFailure {
  if (!(outcome instanceof AppError)) return { ok: true, ...outcome }
  const { code, message, fix } = errorBody(outcome)
  return { ok: false, error: { code, message, ...(fix === undefined ? {} : { fix }) } }
}

const FailedWhole = z.object({
  results: z.array(z.object({ ok: z.literal(false), error: ItemError })).nonempty(),
})

/**
 * The failure of a batch of which no part was done; undefined: a part was done, or the answer is not that of a batch.
 * Hooks and schedules, whose answers nobody reads, throw it before the call is committed, so that the call
 * counts as failed. What was done outside the database cannot be taken back, and its answer stands.
 */
export function failureOfWhole(
  { outside }: { readonly outside: 'nothing' | 'idempotent' | 'once' },
  answer: object,
): AppError | undefined {
  if (outside !== 'nothing') return undefined
  const { data } = FailedWhole.safeParse(answer)
  const [first] = data?.results ?? []
  return first && new AppError(first.error.code, first.error.message, { fix: first.error.fix })
}

/** A batch in words, one or more lines for each item; `refused` begins the line of a failed item. */
export function tellItems<Result extends { readonly ok: true } | ItemFailure>(
  results: readonly Result[],
  refused: string,
  tell: (success: Extract<Result, { readonly ok: true }>) => string,
): string {
  return results.map((result) => (isSuccess(result) ? tell(result) : tellFailure(result, refused))).join('\n')
}

function isSuccess<Result extends { readonly ok: boolean }>(
  result: Result,
): result is Extract<Result, { readonly ok: true }> {
  return result.ok
}

function tellFailure(result: { readonly ok: boolean } | ItemFailure, refused: string): string {
  if (!('error' in result)) return refused
  const { message, fix } = result.error
  return `${refused}: ${message}${fix === undefined ? '' : ` ${fix}`}`
}
