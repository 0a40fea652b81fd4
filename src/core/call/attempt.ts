/** One attempt at a call: its context, its effects after the commit, and its audit entry. */
import type { z } from 'zod'
import { AppError } from '../errors.ts'
import type { Context, Resources } from '../operation/context.ts'
import type { Operation } from '../operation/operation.ts'
import { issuesIn } from '../schema/issue-words.ts'
import { REDACTED, redactText } from '../text/redact.ts'
import type { AfterCommit } from './after-commit.ts'
import { auditInput } from './audit-input.ts'
import type { Call } from './call.ts'
import { sentence } from './input.ts'
import type { AuditEntry } from './ledger.ts'
import type { Runtime } from './runtime.ts'

export const NEVER_ABORTED = new AbortController().signal

export interface Attempt<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  readonly operation: Operation<Input, Output>
  readonly input: z.output<Input>
  /** The input as the caller gave it, with references where `input` has ids. */
  readonly asked: z.output<Input>
  readonly call: Call
  readonly requestId: string
  readonly at: Date
  readonly startedAt: number
}

export function contextOf(
  runtime: Runtime,
  { call, requestId, at }: Attempt,
  { resources, after }: { readonly resources: Resources; readonly after: AfterCommit },
): Context {
  return {
    actor: call.actor,
    door: call.door,
    requestId,
    idempotencyKey: call.idempotencyKey,
    stepId: call.stepId,
    firing: call.firing,
    now: at,
    newId: runtime.newId,
    // Only work that can stop half-way asks for it: making a signal costs more than a short call.
    get signal() {
      return call.signal ?? NEVER_ABORTED
    },
    log: runtime.log,
    operations: runtime.operations,
    watch: runtime.watch,
    report: call.report ?? (() => undefined),
    changed: (uri, spaceId = call.actor.personId) => after.changed(uri, spaceId),
    touched: after.touched,
    emit: after.emit,
    enqueue: after.enqueue,
    // Last: V8 makes an object that begins with a spread some thirty times slower than one that ends with it.
    ...resources,
  }
}

export function cancelled(): AppError {
  return new AppError('cancelled', 'The call was cancelled. It changed nothing.')
}

/** The answer must match its schema: an answer that does not is our defect, not the caller's. */
export function checkOutput<Output extends z.ZodObject>(
  operation: Operation<z.ZodObject, Output>,
  output: unknown,
): z.output<Output> {
  const checked = operation.output.safeParse(output)
  if (checked.success) return checked.data
  throw new Error(
    `${operation.name} gave an answer that does not match its schema: ${sentence(issuesIn(checked.error))}`,
  )
}

/** The part of an answer that may be stored. */
export function withoutShownOnce(operation: Operation, output: object): object {
  const fields = operation.shownOnce ?? []
  if (fields.length === 0) return output
  const secrets = Object.entries(output).flatMap(([field, value]) =>
    fields.includes(field as never) && typeof value === 'string' ? [value] : [],
  )
  const rest = { ...output, ...Object.fromEntries(fields.map((field) => [field, null])) }
  return withoutTexts(rest, secrets) as object
}

/** A secret that is shown once may also be part of another text: of an address, for example. */
function withoutTexts(value: unknown, texts: readonly string[]): unknown {
  if (typeof value === 'string') return texts.reduce((text, each) => text.replaceAll(each, REDACTED), value)
  if (Array.isArray(value)) return value.map((each) => withoutTexts(each, texts))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutTexts(each, texts)]))
}

export function auditEntry(runtime: Runtime, attempt: Attempt, outcome: AuditEntry['outcome']): AuditEntry {
  return {
    id: runtime.newId('audit'),
    at: attempt.at,
    actor: attempt.call.actor,
    door: attempt.call.door,
    operation: attempt.operation.name,
    input: auditInput(auditedInput(attempt), outcome),
    outcome,
    durationMs: Math.round(performance.now() - attempt.startedAt),
    requestId: redactText(attempt.requestId),
  }
}

/** The input, with the schedule that made the call and the moment for which it did. */
function auditedInput({ input, call: { firing } }: Attempt): unknown {
  if (firing === undefined) return input
  return { ...input, firing: { scheduleId: firing.scheduleId, dueAt: firing.dueAt?.toISOString() ?? null } }
}
