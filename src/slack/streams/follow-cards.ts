/** Brings cards up to date: any process, one at a time for each card. */
import { randomUUID } from 'node:crypto'
import type { LiveSource } from '../../core/area/gateway.ts'
import type { Sweep } from '../../core/area/sweep.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError } from '../../core/errors.ts'
import { addMessages, endTask, findConversation } from '../../domain/conversations/store.ts'
import { actorOfPerson } from '../../domain/people/person-actor.ts'
import { type Card, claimCards, renewCards, saveCard } from '../../domain/slack/cards/store.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'
import { slackOf } from '../../domain/slack/slack-app.ts'
import { findWorkspace } from '../../domain/slack/workspaces.ts'
import { type OpenFile, openFiles, postFiles } from '../files/post-files.ts'
import { isDirect, placeIn, standingIn } from '../handle/place.ts'
import type { CardParts, CardWork, ShownWork } from './card-work.ts'
import { createLiveTexts, type LiveTexts } from './pieces/live-texts.ts'
import { readLive, readOn } from './read-on.ts'
import { tellSession } from './tell-session.ts'
import { createWaker, type Waker } from './waker.ts'
import { withdraw } from './withdraw.ts'
import { write } from './write.ts'

/** Cards that one sweep brings up to date. */
const AT_ONCE = 20
/** Milliseconds after which another process takes over the cards of one that was lost, and between two signs of life. */
const LEASE_MS = 15_000
const RENEW_MS = 5_000
/** Milliseconds in which a pass of a card must end. */
const PASS_MAX_MS = 40_000
/** Calls of Slack in one pass. */
const CALLS_MAX = 10
/** Milliseconds between two passes of a card, while there is news and after a long time without. */
const PACE_MS = 500
const QUIET_PACE_MS = 10_000
/** A card is looked at after this part of the time for which there was no news. */
const QUIET_PART = 1 / 20
/** Milliseconds between two edits of a message. */
const EDITS_PACE_MS = 3_000
/** Milliseconds until the next attempt after a pass that failed. */
const FAILED_WAIT_MS = 5_000

/** Milliseconds between two looks at text that is written, and for each card that has some: Slack takes about 100 a minute. */
const LIVE_PACE_MS = 1_000
const LIVE_CARD_MS = 700

export interface Writing {
  /** The text that models are writing; undefined: cards grow step by step. */
  readonly live?: LiveSource | undefined
  /** Has cards looked at: what is written is no change that wakes a sweep. */
  lookSoon?(): void
}

export function createFollowCards(parts: CardParts, { live, lookSoon }: Writing = {}): Sweep['run'] {
  const waker = createWaker()
  const lives = createLiveTexts(live)
  let isSoon = false
  let paceMs = LIVE_PACE_MS

  function onText(uri: string): void {
    waker.wake(uri)
    if (isSoon || lookSoon === undefined) return
    isSoon = true
    setTimeout(() => {
      isSoon = false
      paceMs = Math.max(LIVE_PACE_MS, waker.size() * LIVE_CARD_MS)
      lookSoon()
    }, paceMs).unref()
  }

  return async (runtime) => {
    if (runtime.resources.slack === undefined) return
    const claim = { leaseId: randomUUID(), now: runtime.now(), leaseMs: LEASE_MS, limit: AT_ONCE }
    const cards = await claimCards(runtime.resources.db, { ...claim, woken: waker.woken(runtime) })
    const renewing = setInterval(() => void renew(runtime, claim.leaseId), RENEW_MS)
    try {
      await Promise.all(cards.map((card) => follow({ ...parts, waker, lives, onText }, runtime, card)))
    } finally {
      clearInterval(renewing)
    }
  }
}

/** Where this fails, another process takes the cards over, and this one can save nothing of them any more. */
async function renew({ resources, now, log }: Runtime, leaseId: string): Promise<void> {
  const until = new Date(now().getTime() + LEASE_MS)
  await renewCards(resources.db, { leaseId, until }).catch((err: unknown) =>
    log.warn({ err }, 'the lease of cards in Slack was not renewed'),
  )
}

interface Following extends CardParts {
  readonly waker: Waker
  readonly lives: LiveTexts
  onText(uri: string): void
}

async function follow(parts: Following, runtime: Runtime, card: Card): Promise<void> {
  try {
    const work = await open(runtime, card)
    const passed = (await showTo(parts, work)) ?? (await withdraw(work))
    if (passed === 'ended') parts.lives.forget(card.taskId)
    else await release(runtime, card, passed.waitMs)
  } catch (err) {
    // One that cannot be shown now holds back no other.
    runtime.log.warn({ err, taskId: card.taskId }, 'a task was not shown in Slack')
    await release(runtime, card, FAILED_WAIT_MS).catch(() => undefined)
  }
}

async function release(runtime: Runtime, card: Card, waitMs: number): Promise<void> {
  const nextAt = new Date(runtime.now().getTime() + waitMs)
  await saveCard(runtime.resources.db, card, { nextAt, leaseUntil: null })
}

async function open(runtime: Runtime, card: Card): Promise<ShownWork> {
  const { db } = runtime.resources
  const signal = AbortSignal.timeout(PASS_MAX_MS)
  const known = { db, app: slackOf(runtime.resources), now: runtime.now(), signal }
  const speaking = { ...known, workspace: await findWorkspace(known, card.teamId) }
  return { runtime, speaking, card: begun(card) }
}

/** Live text in a channel is seen by one user alone, so a message is edited there. */
function begun(card: Card): Card {
  return isDirect(card.channelId) ? card : { ...card, state: { ...card.state, mode: 'edits' } }
}

interface Passed {
  /** Until the next pass. */
  readonly waitMs: number
}

/** Undefined: the person sees the task no longer, or others who read the channel may not see it. */
async function showTo(parts: Following, work: ShownWork): Promise<Passed | 'ended' | undefined> {
  try {
    const shown = await asPerson(parts, work)
    return shown && (await pass(parts, shown))
  } catch (thrown) {
    if (thrown instanceof AppError && (thrown.code === 'not_found' || thrown.code === 'forbidden'))
      return undefined
    throw thrown
  }
}

async function asPerson(parts: CardParts, work: ShownWork): Promise<CardWork | undefined> {
  const { card, speaking } = work
  if (card.state.isWithdrawn) return undefined
  const place = placeIn(card.conversationId)
  const standing = await standingIn(speaking, place, await actorOfPerson(speaking.db, card.personId))
  if (standing.isPrivate || !(await parts.audience.sees(speaking, place, standing.spaceId))) return undefined
  const call = { actor: standing.actor, door: 'slack' as const, signal: speaking.signal }
  return { ...work, parts, call, task: parts.assistants.taskOf(card.taskId) }
}

async function pass({ waker, lives, onText }: Following, work: CardWork): Promise<Passed | 'ended'> {
  const { taskId } = work.card
  const uri = work.task.uri(taskId)
  lives.follow({ uri, taskId }, () => onText(uri))
  let card = await tellSession(work)
  for (let calls = 0; calls < CALLS_MAX; calls += 1) {
    const read = await readOn({ ...work, card })
    const hasNews = read !== card
    // What the log tells comes before what is written now.
    card = hasNews ? read : readLive({ ...work, card }, lives.heard(taskId))
    const wasWaiting = card.state.queue.length > 0
    const written = await write({ ...work, card })
    card = written.card
    if (written.waitMs !== undefined) return { waitMs: written.waitMs }
    if (!written.isIdle) continue
    if (card.state.ending !== undefined && card.state.queue.length === 0) return await end({ ...work, card })
    if (wasWaiting) return { waitMs: EDITS_PACE_MS }
    if (hasNews) continue
    // Slack asks for no pause: the next pass comes sooner if there is news.
    for (const each of [taskId, ...Object.keys(card.state.below ?? {})])
      waker.sleep(work.task.uri(each), taskId)
    return { waitMs: paceOf(card, work.runtime.now()) }
  }
  return { waitMs: PACE_MS }
}

/** A run that waits for days is looked at less often. */
function paceOf({ state, createdAt }: Card, now: Date): number {
  const quietMs = now.getTime() - (state.newsAtMs ?? createdAt.getTime())
  return Math.min(Math.max(quietMs * QUIET_PART, PACE_MS), QUIET_PACE_MS)
}

async function end(work: CardWork): Promise<'ended'> {
  const { card, runtime } = work
  const files = await filesOf(work)
  const now = runtime.now()
  await tellSession(work)
  await runtime.transaction(async ({ db }) => {
    await saveCard(db, card, { endedAt: now, leaseUntil: null })
    const { teamId, channelId: channel, threadTs } = card
    await postFiles({ db, now, newId: runtime.newId }, files, { teamId, channel, threadTs })
    const conversation = await findConversation(db, card.conversationId)
    if (conversation?.taskId !== card.taskId || !(await endTask(db, conversation, now))) return
    const said = { personId: null, isOurs: true, isAddressed: false, saidAt: now }
    const text = card.state.lastSaid || 'Done.'
    await addMessages(db, conversation.id, [{ id: `${now.getTime() / 1000}/${card.taskId}`, text, ...said }])
  })
  if (files.length > 0) runtime.publish(POSTS_CHANGE)
  return 'ended'
}

/** What everybody who reads the card may see of the files of its task. */
async function filesOf({ card, parts, call, speaking }: CardWork): Promise<OpenFile[]> {
  if (card.state.ending === 'cancelled') return []
  const files = await parts.assistants.filesOf(card.taskId, call)
  const place = placeIn(card.conversationId)
  return await openFiles(speaking.db, files, (spaceId) => parts.audience.sees(speaking, place, spaceId))
}
