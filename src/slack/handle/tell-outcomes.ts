/** Tells the thread when the work that was begun in it has ended. */
import type { Sweep } from '../../core/area/sweep.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError } from '../../core/errors.ts'
import { addMessages, type Conversation, endTask, listWithTask } from '../../domain/conversations/store.ts'
import { actorOfPerson } from '../../domain/people/person-actor.ts'
import { findShownTasks } from '../../domain/slack/cards/store.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'
import type { Speaking } from '../../domain/slack/speaker.ts'
import { findSlackAddress, findWorkspace } from '../../domain/slack/workspaces.ts'
import { openFiles, postFiles } from '../files/post-files.ts'
import { postReplies } from './answer.ts'
import { placeIn, standingIn } from './place.ts'
import type { HandleParts } from './take-message.ts'

/** Conversations that are looked at in one sweep. */
const LOOKED_AT = 100
/** Milliseconds within which Slack must have said who reads a channel. */
const ASKING_MAX_MS = 20_000

export function createTellOutcomes(parts: HandleParts): Sweep['run'] {
  return async (runtime) => {
    const { db, slack: app } = runtime.resources
    if (app === undefined) return
    const working = await listWithTask(db, LOOKED_AT)
    const shown = await findShownTasks(
      db,
      working.flatMap(({ taskId }) => taskId ?? []),
    )
    for (const conversation of working) {
      if (shown.has(conversation.taskId ?? '')) continue
      const known = { db, app, now: runtime.now(), signal: AbortSignal.timeout(ASKING_MAX_MS) }
      try {
        const workspace = await findWorkspace(known, placeIn(conversation.id).teamId)
        await tell(parts, runtime, { conversation, speaking: { ...known, workspace } })
      } catch (err) {
        // One that cannot be told now holds back no other.
        runtime.log.warn({ err, conversationId: conversation.id }, 'an outcome was not told in Slack')
      }
    }
  }
}

interface Telling {
  readonly conversation: Conversation
  readonly speaking: Speaking
}

async function tell(
  parts: HandleParts,
  runtime: Runtime,
  { conversation, speaking }: Telling,
): Promise<void> {
  const { db, now } = speaking
  const { id, taskId, taskFor } = conversation
  if (taskId === null || taskFor === null) return
  const place = placeIn(id)
  const person = await actorOfPerson(db, taskFor).catch(whereRefused)
  const address = await findSlackAddress(db, taskFor, place.teamId)
  const standing = person && (await standingIn(speaking, place, person))
  const outcome =
    standing && (await outcomeOf(parts, taskId, { actor: standing.actor, signal: speaking.signal }))
  if (outcome === 'working') return
  const text = outcome?.text
  const isOpen =
    standing !== undefined &&
    !standing.isPrivate &&
    (await parts.audience.sees(speaking, place, standing.spaceId))
  const asking = standing && { actor: standing.actor, signal: speaking.signal }
  const files = asking === undefined || text === undefined ? [] : await filesOf(parts, taskId, asking)
  const { teamId, channelId, root } = place
  // Slack shows a file to everybody in a channel, so those of a private answer go to the person privately.
  const open = await openFiles(db, files, async (spaceId) =>
    isOpen ? await parts.audience.sees(speaking, place, spaceId) : true,
  )
  await runtime.transaction(async ({ db: within }) => {
    if (!(await endTask(within, conversation, now)) || text === undefined || address === undefined) return
    const writer = { db: within, newId: runtime.newId, now }
    const to = { place, userId: address.userId, personId: taskFor, isOpen, saysPrivate: false }
    const said = { personId: null, isOurs: true, isAddressed: false, text, saidAt: now }
    await addMessages(within, id, [{ id: `${now.getTime() / 1000}/${taskId}`, ...said }])
    await postReplies(parts, writer, { replies: [{ text, actions: [] }], to })
    const where = isOpen ? { channel: channelId, threadTs: root } : { channel: address.userId }
    await postFiles(writer, open, { teamId, ...where })
  })
  runtime.publish(POSTS_CHANGE)
}

type Asking = Pick<Parameters<HandleParts['assistants']['look']>[1], 'actor' | 'signal'>

async function filesOf({ assistants }: HandleParts, taskId: string, asking: Asking) {
  return (await assistants.filesOf(taskId, { ...asking, door: 'slack' }).catch(whereRefused)) ?? []
}

/** Undefined: the person sees it no longer. */
async function outcomeOf(
  { assistants }: HandleParts,
  taskId: string,
  asking: Asking,
): Promise<'working' | { readonly text: string } | undefined> {
  const call = { ...asking, door: 'slack' as const }
  const view = await assistants.look(taskId, call).catch(whereRefused)
  switch (view?.status) {
    case undefined:
      return undefined
    case 'working':
      return 'working'
    case 'ended':
      return { text: await assistants.resultOf(view, call) }
    case 'broken':
      return { text: view.error.message }
    case 'cancelled':
      return { text: `Stopped. ${view.note ?? ''}`.trim() }
  }
}

function whereRefused(thrown: unknown): undefined {
  if (thrown instanceof AppError && (thrown.code === 'not_found' || thrown.code === 'forbidden'))
    return undefined
  throw thrown
}
