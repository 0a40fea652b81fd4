/** Makes the call of an action as the person who pressed it, once. */
import { answerOf } from '../../chat/answer.ts'
import type { Invoke, Within } from '../../core/call/call.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { failureOfWhole } from '../../core/schema/batch.ts'
import type { Ending } from '../../domain/inbox/prepared.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'
import { type Use, useAction } from '../../domain/slack/shown/actions.ts'
import { asksOnlyIfWanted } from '../render/action-parts.ts'
import { readForm } from '../render/form.ts'
import { readerIn } from '../render/reader.ts'
import { answerPlace, donePosts, onlyForPresser } from './answer-press.ts'
import { endWith, storePosts } from './endings.ts'
import { postReply } from './post-reply.ts'
import type { Pressing } from './pressing.ts'
import { GONE } from './say-refusal.ts'

export interface CallParts {
  readonly runtime: Runtime
  readonly invoke: Invoke
}

const TRY_AGAIN = 'Slack opened no form in time, so nothing was done. Press the button again.'

/** @throws AppError when the call is refused */
export async function callAction(parts: CallParts, pressing: Pressing, use: Use): Promise<Ending> {
  const { runtime } = parts
  const { action, operation, pressed } = pressing
  const { call } = action
  const toPresser = (text: string) => [onlyForPresser(pressed, text)]
  if (call === null || operation === undefined) return endWith(runtime, 'no such operation', toPresser(GONE))
  if (pressed.chosen !== undefined)
    return await makeChoice(parts, { ...pressing, operation, input: call.input }, use)
  if (pressed.entered === undefined && !asksOnlyIfWanted(call, operation))
    return endWith(runtime, 'no form was opened', toPresser(TRY_AGAIN))
  const given =
    pressed.entered === undefined ? call.input : readForm({ ...action, call }, operation, pressed.entered)
  // Slack has asked whether the person means it.
  const input = operation.effect === 'destroy' ? { ...given, confirm: true } : given
  return await makeCall(parts, { ...pressing, operation, input }, use)
}

type Calling = Pressing & { readonly operation: Operation; readonly input: object }

async function makeCall({ runtime, invoke }: CallParts, calling: Calling, use: Use): Promise<Ending> {
  const { action, operation, input, actor, timeZone } = calling
  const isRead = operation.effect === 'read'
  const once = { idempotencyKey: `slack:${action.id}`, within: usingOnce(calling, use) }
  const { output } = await invoke(operation, input, { actor, door: 'slack', ...(!isRead && once) })
  const reader = readerIn(timeZone, use.now)
  const reply = answerOf(runtime.operations, { operation, input: { ...input }, output }, reader)
  const isToldByNote = action.notificationId !== null && !isRead
  return {
    result: reply.text,
    async commit(within) {
      const writer = { ...runtime, db: within.db, now: use.now }
      if (!isRead) await storePosts(runtime, within, await donePosts(within.db, calling, use.now))
      if (!isToldByNote) await postReply(writer, reply, answerPlace(calling))
      return [POSTS_CHANGE]
    },
  }
}

/** A control is used as often as people like, and shows itself what was chosen. */
async function makeChoice({ runtime, invoke }: CallParts, calling: Calling, use: Use): Promise<Ending> {
  const { action, operation, pressed, actor } = calling
  const [path = ''] = Object.keys(action.call?.ask ?? {})
  const input = withField({ ...calling.input }, path.split('.'), pressed.chosen?.value)
  const { output } = await invoke(operation, input, {
    ...{ actor, door: 'slack', idempotencyKey: `slack:${action.id}/${use.key}` },
  })
  return endWith(runtime, operation.tell(output), [])
}

/** An input with a field of it, or a field in one of its fields, set. */
function withField(input: object, [field = '', ...rest]: readonly string[], value: unknown): object {
  const within: unknown = Object.entries(input).find(([name]) => name === field)?.[1]
  const inner = typeof within === 'object' && within !== null ? within : {}
  return { ...input, [field]: rest.length === 0 ? value : withField(inner, rest, value) }
}

function usingOnce({ action, operation }: Calling, use: Use): Within {
  return {
    before: ({ db }) => useAction(db, action.id, use),
    async after(_, output) {
      // The button stays for those who may press it.
      const failure = failureOfWhole(operation, output)
      if (failure !== undefined) throw failure
    },
  }
}
