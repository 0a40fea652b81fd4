/** Brings cards up to date: any process, one at a time for each card. */
import { randomUUID } from 'node:crypto'
import type { Sweep } from '../../core/area/sweep.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError } from '../../core/errors.ts'
import { addMessages, endTask, findConversation } from '../../domain/conversations/store.ts'
import { actorOfPerson } from '../../domain/people/person-actor.ts'
import { type Card, claimCards, dropCard, saveCard } from '../../domain/slack/cards/store.ts'
import { findWorkspace } from '../../domain/slack/workspaces.ts'
import { isDirect, placeIn, standingIn } from '../handle/place.ts'
import type { CardParts, CardWork } from './card-work.ts'
import { readOn } from './read-on.ts'
import { tellSession } from './tell-session.ts'
import { createWaker, type Waker } from './waker.ts'
import { writeEdits } from './write-edits.ts'
import { writeStream } from './write-stream.ts'

/** Cards that one sweep brings up to date. */
const AT_ONCE = 20
/** Milliseconds after which another process takes a card over. Each pass ends in less. */
const LEASE_MS = 60_000
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

export function createFollowCards(parts: CardParts): Sweep['run'] {
  const waker = createWaker()
  return async (runtime) => {
    if (runtime.resources.slack === undefined) return
    const claim = { leaseId: randomUUID(), now: runtime.now(), leaseMs: LEASE_MS, limit: AT_ONCE }
    const cards = await claimCards(runtime.resources.db, { ...claim, woken: waker.woken(runtime) })
    await Promise.all(cards.map((card) => follow({ ...parts, waker }, runtime, card)))
  }
}

type Following = CardParts & { readonly waker: Waker }

async function follow(parts: Following, runtime: Runtime, card: Card): Promise<void> {
  const { db } = runtime.resources
  try {
    const work = await open(parts, runtime, card)
    const passed = work && (await pass(work))
    if (work === undefined || passed === undefined) return
    await release(runtime, card, passed.waitMs)
    if (passed.isUpToDate) parts.waker.sleep(work.task.uri(card.taskId), card.taskId)
  } catch (err) {
    // One that cannot be shown now holds back no other.
    runtime.log.warn({ err, taskId: card.taskId }, 'a task was not shown in Slack')
    if (isOver(err)) await dropCard(db, card.taskId)
    else await release(runtime, card, FAILED_WAIT_MS).catch(() => undefined)
  }
}

/** The person sees the task no longer; that it is over is told without a card. */
function isOver(err: unknown): boolean {
  return err instanceof AppError && (err.code === 'not_found' || err.code === 'forbidden')
}

async function release(runtime: Runtime, card: Card, waitMs: number): Promise<void> {
  const nextAt = new Date(runtime.now().getTime() + waitMs)
  await saveCard(runtime.resources.db, card, { nextAt, leaseUntil: null })
}

/** Undefined: not everybody who reads the channel may see it now, so its outcome is told to the person alone. */
async function open(parts: CardParts, runtime: Runtime, card: Card): Promise<CardWork | undefined> {
  const { db, slack: app } = runtime.resources
  if (app === undefined) return undefined
  const known = { db, app, now: runtime.now(), signal: AbortSignal.timeout(PASS_MAX_MS) }
  const speaking = { ...known, workspace: await findWorkspace(known, card.teamId) }
  const place = placeIn(card.conversationId)
  const standing = await standingIn(speaking, place, await actorOfPerson(db, card.personId))
  if (standing.isPrivate || !(await parts.audience.sees(speaking, place, standing.spaceId))) {
    await dropCard(db, card.taskId)
    return undefined
  }
  const call = { actor: standing.actor, door: 'slack' as const, signal: speaking.signal }
  return { parts, runtime, speaking, call, card: begun(card), task: parts.assistants.taskOf(card.taskId) }
}

/** Live text in a channel is seen by one user alone, so a message is edited there. */
function begun(card: Card): Card {
  return isDirect(card.channelId) ? card : { ...card, state: { ...card.state, mode: 'edits' } }
}

interface Passed {
  /** Until the next pass. */
  readonly waitMs: number
  /** Whether the next pass may come sooner if there is news: Slack asks for no pause. */
  readonly isUpToDate: boolean
}

/** Undefined: the card has ended. */
async function pass(work: CardWork): Promise<Passed | undefined> {
  let card = await tellSession(work)
  for (let calls = 0; calls < CALLS_MAX; calls += 1) {
    card = await readOn({ ...work, card })
    const written = await writeStream({ ...work, card })
    card = written.card
    if (written.waitMs !== undefined) return { waitMs: written.waitMs, isUpToDate: false }
    if (!written.isIdle) continue
    const wasWaiting = card.state.queue.length > 0
    if (card.state.mode === 'edits') card = await writeEdits({ ...work, card })
    if (card.state.ending !== undefined && card.state.queue.length === 0) {
      await end({ ...work, card })
      return undefined
    }
    if (wasWaiting) return { waitMs: EDITS_PACE_MS, isUpToDate: false }
    return { waitMs: paceOf(card, work.runtime.now()), isUpToDate: true }
  }
  return { waitMs: PACE_MS, isUpToDate: false }
}

/** A run that waits for days is looked at less often. */
function paceOf({ state, createdAt }: Card, now: Date): number {
  const quietMs = now.getTime() - (state.newsAtMs ?? createdAt.getTime())
  return Math.min(Math.max(quietMs * QUIET_PART, PACE_MS), QUIET_PACE_MS)
}

async function end(work: CardWork): Promise<void> {
  const { card, runtime } = work
  const now = runtime.now()
  await tellSession(work)
  await runtime.transaction(async ({ db }) => {
    await saveCard(db, card, { endedAt: now, leaseUntil: null })
    const conversation = await findConversation(db, card.conversationId)
    if (conversation?.taskId !== card.taskId || !(await endTask(db, conversation, now))) return
    const said = { personId: null, isOurs: true, isAddressed: false, saidAt: now }
    const text = card.state.lastSaid || 'Done.'
    await addMessages(db, conversation.id, [{ id: `${now.getTime() / 1000}/${card.taskId}`, text, ...said }])
  })
}
