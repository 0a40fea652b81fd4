/** What a schedule calls: which operations it may, with which input, and as whom. */
import { checkInput, invalidInput, sentence } from '../../core/call/input.ts'
import { hasReferences, resolveReferences } from '../../core/call/resolve-references.ts'
import { AppError } from '../../core/errors.ts'
import { type Actor, wayTo } from '../../core/operation/actor.ts'
import { isSeenByOthers, whyNotByClock } from '../../core/operation/catalog.ts'
import type { Context } from '../../core/operation/context.ts'
import type { Description } from '../../core/operation/description.ts'
import { grants } from '../../core/operation/scopes.ts'
import { nearest } from '../../core/schema/unknown-fields.ts'
import { isJsonObject } from '../../core/text/json.ts'
import { teamOf } from '../teams/space.ts'
import type { ScheduleRow } from './schedule-row.ts'

/** The operation that a schedule of an agent and a goal calls. */
export const START = 'runs.start'

/** The most bytes of JSON of a scheduled input: that of the longest goal of a run, with room to spare. */
const INPUT_MAX_BYTES = 512 * 1024

export interface ScheduledCall {
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

type Stored = Pick<ScheduleRow, 'operation' | 'input'>

/**
 * The call as it is stored: with ids in place of references, which then mean what they mean to its maker.
 * @throws AppError `not_found` for an operation that does not exist, `forbidden` for one that the clock or the caller may
 * not call, `confirmation_required` for one that cannot be undone, `invalid_input` for its input
 */
export async function readScheduledCall(
  ctx: Context,
  { operation: name, input }: ScheduledCall,
): Promise<ScheduledCall> {
  const operation = findOperation(ctx, name)
  assertMayCall(ctx, operation)
  const checked = checkInput(operation, input)
  if ('issues' in checked) {
    const issues = checked.issues.map(({ path, message }) => ({ path: `input.${path}`, message }))
    throw invalidInput(name, issues)
  }
  assertApproved(ctx, operation, checked.data)
  if (Buffer.byteLength(JSON.stringify(input)) > INPUT_MAX_BYTES) {
    throw new AppError(
      'invalid_input',
      `The input of ${name} has more than ${INPUT_MAX_BYTES} bytes of JSON.`,
      {
        fix: 'Shorten its texts.',
      },
    )
  }
  return { operation: name, input: await withIds(ctx, operation, input) }
}

function findOperation({ operations }: Pick<Context, 'operations'>, name: string): Description {
  const operation = operations.find((each) => each.name === name)
  if (operation !== undefined) return operation
  const names = operations.map((each) => each.name)
  const near = nearest(name, names)
  throw new AppError('not_found', `There is no operation ${name}.`, {
    fix: near === undefined ? 'Search for one with search_operations.' : `The nearest is ${near}.`,
  })
}

/** @throws AppError `forbidden` */
function assertMayCall({ actor }: Context, operation: Description): void {
  const whyNot = whyNotByClock(operation)
  if (whyNot !== undefined) {
    throw new AppError('forbidden', `No schedule may call ${operation.name}: ${whyNot}.`, {
      fix: 'Schedule another operation.',
    })
  }
  if (grants(actor.scopes, operation.scope)) return
  throw new AppError(
    'forbidden',
    `A schedule that calls ${operation.name} needs the scope ${operation.scope}, which you do not have.`,
    { fix: wayTo(operation.scope, actor) },
  )
}

/** @throws AppError `confirmation_required` without the approval that holds for all times, `forbidden` as `assertByPerson` */
function assertApproved(ctx: Context, { name, effect }: Description, input: Fields): void {
  if (effect !== 'destroy') return
  assertByPerson(ctx, name)
  if (input.confirm === true) return
  throw new AppError(
    'confirmation_required',
    `${name} cannot be undone, so a schedule needs the approval of a person for all times at which it is called.`,
    { fix: 'Ask the person; if they agree, give confirm: true in the input of the operation.' },
  )
}

/**
 * What a schedule calls that cannot be undone is never asked about again. So a person decides on it, and not a model in their
 * name: it could have called by a schedule what the person has just refused.
 * @throws AppError `forbidden` for a service, and where a model or a chat room sees what is sent
 */
export function assertByPerson({ actor, door }: Pick<Context, 'actor' | 'door'>, name: string): void {
  if (actor.kind === 'person' && !isSeenByOthers(door)) return
  throw new AppError(
    'forbidden',
    `${name} cannot be undone, so only a person may have a schedule call it, and not through a model or a chat.`,
    {
      fix: 'Ask the person to do it on the command line or over HTTP. The schedule can be paused from here.',
    },
  )
}

type Fields = Readonly<Record<string, unknown>>

async function withIds(ctx: Context, operation: Description, input: Fields): Promise<Fields> {
  if (!hasReferences(operation.input, input)) return input
  const resolved = await resolveReferences(operation.input, input, ctx)
  // The start of a run refuses them itself, in the words for what it names.
  if (operation.name === START || !hasReferences(operation.input, resolved)) return resolved
  throw new AppError('not_found', `The input of ${operation.name} names something that does not exist.`, {
    fix: 'List what exists, and use references or ids from that list.',
  })
}

/** Whether calls of an operation need an approval that the schedule stores. */
export function needsApproval({ operations }: Pick<Context, 'operations'>, name: string): boolean {
  return operations.find((each) => each.name === name)?.effect === 'destroy'
}

/** Why a stored call can never be made; undefined: it can. */
export function callFault(
  { operation: name, input }: Stored,
  operations: readonly Description[],
): string | undefined {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) return `There is no operation "${name}" here.`
  const whyNot = whyNotByClock(operation)
  if (whyNot !== undefined) return `No schedule may call ${name}: ${whyNot}.`
  const checked = checkInput(operation, input)
  return 'issues' in checked ? `The input of ${name} cannot be read: ${sentence(checked.issues)}` : undefined
}

/**
 * The call as an actor makes it. What a team's schedule reads and changes is the team's alone, because everybody in the
 * team sees its outcome. A run is confined to its team by itself, and may be one of an agent of its starter.
 */
export function callAs(
  row: Pick<ScheduleRow, 'operation' | 'input' | 'spaceId'>,
  actor: Actor,
): { readonly actor: Actor; readonly input: unknown } {
  const teamId = teamOf(row.spaceId)
  if (teamId === null) return { actor, input: row.input }
  if (row.operation !== START) return { actor: { ...actor, within: teamId }, input: row.input }
  return { actor, input: isJsonObject(row.input) ? { ...row.input, teamId } : row.input }
}
