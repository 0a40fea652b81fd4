/** What the mappings of hooks make of an event: the input of a call. */
import type jsonata from 'jsonata'
import { AppError } from '../../core/errors.ts'
import { cutText } from '../../core/text/cut.ts'
import { isNestedDeeper, JSON_MAX_LEVELS } from '../../core/text/json.ts'
import { makeStorable } from '../../core/text/storable.ts'
import type { MappingProcesses, Sent } from './mapping-processes.ts'
import { createTurns } from './turns.ts'

/** Levels of nesting in an expression's tree. */
const TREE_MAX_LEVELS = 100
const FAULT_MAX_CHARS = 300

/** @throws AppError `invalid_input` for a mapping that is not a JSONata expression, or too deep */
export async function assertMapping(mapping: string): Promise<void> {
  const { default: parse } = await import('jsonata')
  let tree: jsonata.ExprNode
  try {
    tree = parse(mapping).ast()
  } catch (thrown) {
    throw notValid(faultOf(thrown))
  }
  if (isNestedDeeper(tree, TREE_MAX_LEVELS)) throw notValid('it is nested too deeply')
}

declare module '../../core/operation/context.ts' {
  interface Resources {
    readonly mappings: Mappings
  }
}

export interface Mappings {
  /**
   * What the mapping makes; null: the event is ignored.
   * @throws AppError `invalid_input` where it fails, `unavailable` where it cannot be evaluated now
   */
  evaluate(mapping: string, sent: Sent): Promise<unknown>
  /**
   * The same for a person or a team that tries a mapping: only few at a time, so that the events of others are not held up.
   * @throws AppError `rate_limited` where many of theirs are waiting, and as `evaluate`
   */
  tryOut(mapping: string, sent: Sent, personId: string): Promise<unknown>
}

/** Mappings that are tried at a time, and the most of one person that wait for that. */
const TRIED_AT_A_TIME = 2
const TRIES_WAITING_MAX = 16
/** Milliseconds after which some of them are likely to have been tried. */
const RETRY_AFTER_MS = 5_000

export function createMappings(processes: MappingProcesses): Mappings {
  const turns = createTurns(TRIED_AT_A_TIME, TRIES_WAITING_MAX)

  async function evaluate(mapping: string, sent: Sent): Promise<unknown> {
    const found = await processes.evaluate(mapping, sent)
    if ('fault' in found) throw notValid(found.fault)
    if ('missing' in found) {
      throw new AppError('unavailable', 'The mapping cannot be evaluated now.', { cause: found.missing })
    }
    const made: unknown = found.made === undefined ? null : JSON.parse(found.made)
    if (isNestedDeeper(made)) throw notValid(`it makes more than ${JSON_MAX_LEVELS} levels of JSON`)
    return makeStorable(made).value
  }

  async function tryOut(mapping: string, sent: Sent, personId: string): Promise<unknown> {
    const begun = turns.begin(personId)
    if (begun === undefined) throw tooMany()
    await begun
    try {
      return await evaluate(mapping, sent)
    } finally {
      turns.end()
    }
  }

  return { evaluate, tryOut }
}

function tooMany(): AppError {
  return new AppError('rate_limited', 'Many of your mappings are being tried at this moment.', {
    fix: 'Try it again in a moment.',
    retryAfterMs: RETRY_AFTER_MS,
  })
}

function notValid(why: string): AppError {
  const { value } = makeStorable(cutText(why.replace(/\.$/, ''), FAULT_MAX_CHARS, '…'))
  return new AppError('invalid_input', `The mapping does not work: ${value}.`, {
    fix: 'Correct the JSONata expression and try it on a sample with hooks.try.',
    issues: [{ path: 'mapping', message: value }],
  })
}

function faultOf(thrown: unknown): string {
  if (thrown instanceof RangeError) return 'it is nested too deeply'
  const { message, position } = thrown as Partial<jsonata.JsonataError>
  return `${message ?? 'it cannot be read'}${position === undefined ? '' : ` (at character ${position})`}`
}
