/**
 * Takes the buttons of replies away once what they do was done elsewhere, or cannot be done any more: the read that offered
 * a call is asked whether it still does, as the person to whom it was shown.
 */
import type { Gateway } from '../../core/area/gateway.ts'
import type { Sweep } from '../../core/area/sweep.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { NextCall } from '../../core/operation/next-call.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { cutText } from '../../core/text/cut.ts'
import { actorOfPerson } from '../../domain/people/person-actor.ts'
import type { MessagePost, ResponsePost } from '../../domain/slack/post.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'
import { closeActions, listOffered, type SlackActionRow } from '../../domain/slack/shown/actions.ts'
import { findShownMessage } from '../../domain/slack/shown/shown-message.ts'
import { standingIn } from '../handle/place.ts'
import { endButtons } from '../render/end-buttons.ts'

/** Messages that one sweep looks at. */
const LOOKED_AT = 20
/** Milliseconds between two looks at a message: a part of its age, within these. */
const LOOK_PART = 1 / 20
const LOOK_MIN_MS = 2_000
const LOOK_MAX_MS = 60_000
/** Characters in which a message says how its matter stands. */
const WORDS_MAX_CHARS = 200

type Parts = Pick<Gateway, 'operations' | 'invoke'>

export function createSettleReplies(parts: Parts): Sweep['run'] {
  const names = parts.operations.flatMap(({ name, offeredBy }) => (offeredBy === undefined ? [] : [name]))
  let nextLooks = new Map<string, number>()
  return async (runtime) => {
    const { resources, log } = runtime
    if (resources.slack === undefined) return
    const now = runtime.now()
    const posts = byPost(await listOffered(resources.db, { operations: names, now }))
    // Those that are shown no more are forgotten.
    nextLooks = new Map([...nextLooks].filter(([postId]) => posts.has(postId)))
    const due = [...posts].filter(([postId]) => (nextLooks.get(postId) ?? 0) <= now.getTime())
    for (const [postId, actions] of due.slice(0, LOOKED_AT)) {
      nextLooks.set(postId, now.getTime() + paceOf(actions, now))
      await settle(parts, runtime, { postId, actions }).catch((err: unknown) =>
        log.warn({ err, postId }, 'the buttons of a reply in Slack were not looked at'),
      )
    }
  }
}

function byPost(actions: readonly SlackActionRow[]): ReadonlyMap<string, SlackActionRow[]> {
  const posts = new Map<string, SlackActionRow[]>()
  for (const action of actions) posts.set(action.postId, [...(posts.get(action.postId) ?? []), action])
  return posts
}

function paceOf([first]: readonly SlackActionRow[], now: Date): number {
  const ageMs = now.getTime() - (first?.madeAt.getTime() ?? 0)
  return Math.min(Math.max(ageMs * LOOK_PART, LOOK_MIN_MS), LOOK_MAX_MS)
}

interface Shown {
  readonly postId: string
  readonly actions: readonly SlackActionRow[]
}

async function settle(parts: Parts, runtime: Runtime, { postId, actions }: Shown): Promise<void> {
  const { db } = runtime.resources
  const message = await findShownMessage(db, postId)
  const actor = message && (await actorAt(runtime, message, actions))
  const looks = new Map<string, Promise<Look>>()
  const over: { readonly id: string; readonly words: string }[] = []
  for (const { id, call } of actions) {
    const offeredBy =
      call && parts.operations.find(({ name }) => name === call.operation)?.offeredBy?.(call.input)
    if (!call || !offeredBy || !actor) continue
    const key = JSON.stringify(offeredBy)
    const look = looks.get(key) ?? lookAt(parts, offeredBy, actor)
    looks.set(key, look)
    const { next, words } = await look
    if (!next.some((each) => isSame(each, call, offeredBy))) over.push({ id, words })
  }
  if (message === undefined || over.length === 0) return
  await runtime.transaction(async ({ db: within }) => {
    const now = runtime.now()
    const closed = await closeActions(within, { ids: over.map(({ id }) => id) }, now)
    // Slack cannot edit what one user alone sees.
    if (closed.size === 0 || message.onlyFor !== undefined) return
    const words = new Set(over.flatMap(({ id, words }) => (closed.has(id) ? [words] : [])))
    const writer = { db: within, now, newId: runtime.newId }
    await insertPosts(writer, [endButtons(message, { postId, closed, words: [...words].join('\n') })])
  })
  runtime.publish(POSTS_CHANGE)
}

/** Undefined: the person may do nothing any more. */
async function actorAt(
  { resources: { db } }: Runtime,
  { teamId, channel: channelId, ...post }: MessagePost | ResponsePost,
  [action]: readonly SlackActionRow[],
): Promise<Actor | undefined> {
  const root = 'threadTs' in post ? post.threadTs : undefined
  try {
    const person = await actorOfPerson(db, action?.personId ?? '')
    return (await standingIn({ db }, { teamId, channelId, root }, person)).actor
  } catch (thrown) {
    if (isGone(thrown)) return undefined
    throw thrown
  }
}

interface Look {
  readonly next: readonly NextCall[]
  /** How the matter stands, in one line. */
  readonly words: string
}

async function lookAt(
  { operations, invoke }: Parts,
  { operation: name, input }: NextCall,
  actor: Actor,
): Promise<Look> {
  const operation = operations.find((each) => each.name === name) as Operation
  try {
    const { output } = await invoke(operation, input, { actor, door: 'slack' })
    const [line = ''] = operation.tell(output).split('\n')
    return { next: operation.next?.(output, input) ?? [], words: cutText(line, WORDS_MAX_CHARS, '…') }
  } catch (thrown) {
    if (isGone(thrown)) return { next: [], words: '' }
    throw thrown
  }
}

function isGone(thrown: unknown): boolean {
  return thrown instanceof AppError && (thrown.code === 'not_found' || thrown.code === 'forbidden')
}

/** What both are about is named in another way by the read, so everything else is compared. */
function isSame(offered: NextCall, call: NextCall, offeredBy: NextCall): boolean {
  if (offered.operation !== call.operation) return false
  return Object.entries(call.input).every(
    ([field, value]) => field in offeredBy.input || offered.input[field] === value,
  )
}
