/** Which operations a caller is shown and may call: one predicate for lists, calls and docs. */
import { AppError } from '../errors.ts'
import type { Actor, Door } from './actor.ts'
import type { Description } from './description.ts'
import type { Operation } from './operation.ts'
import { grants } from './scopes.ts'

export interface Selection {
  /** The door that asks. */
  readonly door: Door
  /** Areas and nouns (`crm.people`) to show; undefined: every operation that is listed by default. */
  readonly toolsets?: ReadonlySet<string> | undefined
  /** Hides and refuses all writes. */
  readonly readonly?: boolean | undefined
}

/** Doors whose answers only the caller sees: no model and no chat room reads them. */
const PRIVATE_DOORS: ReadonlySet<Door> = new Set(['http', 'cli', 'process'])

/** Whether what a caller sends through a door is seen by a model or a chat room. */
export function isSeenByOthers(door: Door): boolean {
  return !PRIVATE_DOORS.has(door)
}

/** Whether an operation is meant for such a caller, whatever the caller's scopes. */
export function isMeantFor(operation: Operation, actor: Actor, door: Door): boolean {
  if (actor.run !== undefined && !actor.run.operations.includes(operation.name)) return false
  switch (operation.audience) {
    case 'everyone':
      return true
    case 'people':
      return actor.kind !== 'agent' && PRIVATE_DOORS.has(door)
    case 'runs':
      return actor.kind === 'agent'
  }
}

/** The refusal of an operation that is meant for others. */
export function notForCaller({ name, audience }: Operation, { run }: Actor): AppError {
  if (run !== undefined) {
    return new AppError('forbidden', `${name} is not among what this run may call now.`, {
      fix: run.operations.length === 0 ? 'It may call nothing.' : `It may call ${run.operations.join(', ')}.`,
    })
  }
  return audience === 'runs'
    ? new AppError('forbidden', `${name} is for agents' runs only: a run does it to itself.`, {
        fix: 'Start an agent with runs.start, whose run may call it.',
      })
    : new AppError('forbidden', `${name} is for people only: it takes or gives a secret.`, {
        fix: 'Ask the person to call it on the command line or over HTTP.',
      })
}

/** Why neither schedules nor jobs may call an operation; undefined: they may. */
export function whyNotByClock({ audience, notByClock }: Description): string | undefined {
  switch (audience) {
    case 'people':
      return 'it is for people only: it takes or gives a secret'
    case 'runs':
      return "it is for agents' runs only: a run does it to itself"
    case 'everyone':
      return notByClock
  }
}

/** Whether callers other than runs learn of an operation: on pages, in descriptions of doors, as commands. */
export function isForCallers({ audience }: Operation): boolean {
  return audience !== 'runs'
}

/** Whether an actor has the right to an operation that is meant for it. */
export function isGranted({ audience, scope }: Operation, { scopes }: Actor): boolean {
  return audience === 'runs' || grants(scopes, scope)
}

/** Whether a caller may reach an operation at all through this selection. */
export function mayCall(
  operation: Operation,
  actor: Actor,
  { door, toolsets, readonly }: Selection,
): boolean {
  return (
    isMeantFor(operation, actor, door) &&
    isGranted(operation, actor) &&
    !(readonly && operation.effect !== 'read') &&
    (toolsets === undefined || operation.toolsets.some((toolset) => toolsets.has(toolset)))
  )
}

/**
 * Whether a tool list shows it: a requested toolset is shown whole, otherwise only operations that are listed by
 * default.
 */
export function isShown(operation: Operation, actor: Actor, selection: Selection): boolean {
  return mayCall(operation, actor, selection) && (selection.toolsets !== undefined || operation.listed)
}
