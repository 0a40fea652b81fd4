/** The options of a select while somebody types in it: things that they may see, also where they mistype. */
import { z } from 'zod'
import type { Invoke } from '../../core/call/call.ts'
import { AppError } from '../../core/errors.ts'
import type { Choices } from '../../core/form/choices.ts'
import type { Thing } from '../../core/intent/noun.ts'
import { isTypoOf } from '../../core/intent/typo.ts'
import type { Actor } from '../../core/operation/actor.ts'
import { mayCall } from '../../core/operation/catalog.ts'
import { caseless } from '../../core/text/comparable.ts'
import { plain } from '../render/action-parts.ts'
import { choicesFor } from '../render/form.ts'
import type { AtOnce } from './open-form.ts'
import { placeInForm } from './pressed.ts'
import { findPresser, type PresserParts } from './pressing.ts'

export interface SuggestParts extends PresserParts {
  readonly invoke: Invoke
  readonly choices: readonly Choices[]
}

/** Options that Slack shows, and characters of each. */
const OPTIONS_MAX = 100
const OPTION_MAX_CHARS = 75

const Typed = z.object({
  type: z.literal('block_suggestion'),
  user: z.object({ id: z.string() }),
  block_id: z.string(),
  value: z.string().default(''),
  view: z.object({ private_metadata: z.string() }).optional(),
})

/** Undefined: nobody types in a select. @throws AppError where Slack cannot be asked who it is */
export async function answerTyping(
  parts: SuggestParts,
  payload: unknown,
  signal: AbortSignal,
): Promise<AtOnce | undefined> {
  const { data } = Typed.safeParse(payload)
  if (data === undefined) return undefined
  const choices = choicesFor(data.block_id, parts.choices)
  const place = placeInForm(data.view?.private_metadata ?? '')
  if (choices === undefined || place === undefined) return withOptions([])
  const pressed = { ...place, userId: data.user.id, triggerId: '', isFromMenu: false }
  const presser = await findPresser(parts, pressed, signal)
  if (presser.kind !== 'person') return withOptions([])
  const { actor } = presser.pressing
  return withOptions(await thingsFor(parts, { choices, actor, typed: data.value.trim(), signal }))
}

function withOptions(things: readonly Thing[]): AtOnce {
  const options = things.slice(0, OPTIONS_MAX).map(({ ref, name }) => ({
    text: plain(name === '' || name === ref ? ref : `${ref} ${name}`, OPTION_MAX_CHARS),
    value: ref,
  }))
  return { isDone: true, response: { options } }
}

interface Looking {
  readonly choices: Choices
  readonly actor: Actor
  readonly typed: string
  readonly signal: AbortSignal
}

/** Those with these words; without any, those whose words are close. */
async function thingsFor(parts: SuggestParts, looking: Looking): Promise<readonly Thing[]> {
  const { typed } = looking
  if (typed === '') return await listThings(parts, looking, undefined)
  const found = (await listThings(parts, looking, typed)).filter((thing) => has(thing, typed))
  if (found.length > 0) return found
  return (await listThings(parts, looking, undefined)).filter((thing) => isClose(thing, typed))
}

async function listThings(
  { invoke }: SuggestParts,
  { choices, actor, signal }: Looking,
  typed: string | undefined,
): Promise<readonly Thing[]> {
  const { operation } = choices
  if (!mayCall(operation, actor, { door: 'slack' })) return []
  const limit = 'limit' in operation.input.shape ? { limit: OPTIONS_MAX } : {}
  try {
    const { output } = await invoke(
      operation,
      { ...choices.input(typed), ...limit },
      { actor, door: 'slack', signal },
    )
    return choices.thingsIn(output)
  } catch (thrown) {
    if (thrown instanceof AppError) return []
    throw thrown
  }
}

function wordsOf(text: string): string[] {
  return caseless(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

function has({ ref, name }: Thing, typed: string): boolean {
  return caseless(`${ref} ${name}`).includes(caseless(typed))
}

function isClose({ ref, name }: Thing, typed: string): boolean {
  const words = wordsOf(`${ref} ${name}`)
  return wordsOf(typed).every((given) =>
    words.some((word) => word.startsWith(given) || isTypoOf(given, word)),
  )
}
