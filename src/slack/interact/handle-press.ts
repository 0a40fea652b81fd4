/**
 * Does what was pressed, as the person who pressed it: a call through `invoke`, or a turn of the conversation. It is done
 * once, however often the button is pressed and however often a worker is lost.
 */
import type { Runtime } from '../../core/call/runtime.ts'
import { type AppError, toAppError } from '../../core/errors.ts'
import type { Db } from '../../domain/db/db.ts'
import type { Attempt, Ending, PreparedWork } from '../../domain/inbox/prepared.ts'
import type { Post } from '../../domain/slack/post.ts'
import { closeActions, type SlackActionRow, type Use, useAction } from '../../domain/slack/shown/actions.ts'
import { noteStale, noteUsed } from '../../domain/slack/shown/homes.ts'
import { findEnd } from '../../domain/slack/shown/notes.ts'
import { findShownMessage } from '../../domain/slack/shown/shown-message.ts'
import { donePosts, onlyForPresser, overPosts } from './answer-press.ts'
import { type CallParts, callAction } from './call-action.ts'
import { endWith, storePosts } from './endings.ts'
import { type Pressed, readPressed } from './pressed.ts'
import { findPresser, type Pressing } from './pressing.ts'
import { FAILED, GONE, refusalText, strangerText } from './say-refusal.ts'

/** `isOver`: it answers what no longer waits, so nothing was done. */
type Answered = Ending & { readonly isOver: boolean }

export interface PressParts extends CallParts {
  /** Takes a turn of the conversation in which the button is, as if the person had typed it. */
  say(said: Pressing & Attempt & { readonly say: string }): Promise<Answered>
}

/** Undefined: it is no press of what the gateway shows. */
export function preparePress(parts: PressParts, payload: unknown): PreparedWork | undefined {
  const pressed = readPressed(payload)
  return (
    pressed && {
      work: (attempt) => handlePress(parts, pressed, attempt),
      giveUp: (within) => storePosts(parts.runtime, within, failedPosts(pressed)),
    }
  )
}

/** @throws AppError when another attempt may succeed */
async function handlePress(parts: PressParts, pressed: Pressed, attempt: Attempt): Promise<Ending> {
  const { at, userId } = pressed
  const { resources, now } = parts.runtime
  await noteUsed(resources.db, { teamId: at.teamId, userId }, now())
  const presser = await findPresser(parts.runtime, pressed, attempt.signal)
  const toPresser = (text: string) => [onlyForPresser({ at, userId }, text)]
  if (presser.kind === 'gone') return endWith(parts.runtime, 'no longer kept', toPresser(GONE))
  if (presser.kind === 'refused') {
    const text = strangerText(presser.why)
    return endWith(parts.runtime, `refused: ${presser.why}`, text === undefined ? [] : toPresser(text))
  }
  try {
    return await act(parts, presser.pressing, attempt)
  } catch (thrown) {
    const text = await refusalOf(parts.runtime, presser.pressing, toAppError(thrown))
    // Slack shows the choice all the same, until the home is drawn again.
    if (pressed.chosen !== undefined) await noteStale(resources.db, { teamId: at.teamId, userId })
    return endWith(parts.runtime, text, toPresser(text))
  }
}

async function act(parts: PressParts, pressing: Pressing, attempt: Attempt): Promise<Ending> {
  const { action, actor, timeZone } = pressing
  const { runtime } = parts
  const { say } = action
  const use = { key: attempt.key, personId: actor.personId, timeZone, now: runtime.now() }
  if (say === null) return await callAction(parts, pressing, use)
  await runtime.transaction(({ db }) => spend(db, action, use))
  const turn = await parts.say({ ...pressing, ...attempt, say })
  const noted = turn.isOver ? overPosts : donePosts
  return {
    result: turn.result,
    commit: async (within) => [
      ...(await storePosts(runtime, within, await noted(within.db, pressing, use.now))),
      ...(await turn.commit(within)),
    ],
  }
}

/** The buttons of a message are alternatives: the first that is pressed is the answer. A home tab offers its own again. */
async function spend(db: Db, { id, postId, notificationId }: SlackActionRow, use: Use): Promise<void> {
  await useAction(db, id, use)
  const isMessage = notificationId === null && (await findShownMessage(db, postId)) !== undefined
  if (isMessage) await closeActions(db, { postId }, use.now)
}

/** Of a matter that ended meanwhile, how it ended. @throws AppError when another attempt may succeed */
async function refusalOf(runtime: Runtime, { action, actor }: Pressing, error: AppError): Promise<string> {
  const { personId, notificationId } = action
  const text = refusalText(error)
  if (error.code !== 'conflict' || notificationId === null || personId !== actor.personId) return text
  const end = await findEnd(runtime.resources, { personId, notificationId }, runtime.now())
  return end === undefined ? text : `This was settled already: ${end}.`
}

/** What the person reads when the last attempt has failed. */
function failedPosts({ at, userId }: Pressed): Post[] {
  return [onlyForPresser({ at, userId }, FAILED)]
}
