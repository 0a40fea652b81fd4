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
import { writeEdits } from './write-edits.ts'
import { writeStream } from './write-stream.ts'

/** Cards that one sweep brings up to date. */
const AT_ONCE = 20
/** Milliseconds after which another process takes a card over. Each pass ends in less. */
const LEASE_MS = 60_000
const PASS_MAX_MS = 40_000
/** Calls of Slack in one pass. */
const CALLS_MAX = 10
/** Milliseconds between two passes of a card, and between two edits of a message. */
const PACE_MS = 500
const EDITS_PACE_MS = 3_000
/** Milliseconds until the next attempt after a pass that failed. */
const FAILED_WAIT_MS = 5_000

export function createFollowCards(parts: CardParts): Sweep['run'] {
  return async (runtime) => {
    if (runtime.resources.slack === undefined) return
    const claim = { leaseId: randomUUID(), now: runtime.now(), leaseMs: LEASE_MS, limit: AT_ONCE }
    const cards = await claimCards(runtime.resources.db, claim)
    await Promise.all(cards.map((card) => follow(parts, runtime, card)))
  }
}

async function follow(parts: CardParts, runtime: Runtime, card: Card): Promise<void> {
  const { db } = runtime.resources
  try {
    const work = await open(parts, runtime, card)
    const waitMs = work === undefined ? undefined : await pass(work)
    if (waitMs !== undefined) await release(runtime, card, waitMs)
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

/** Answers with the milliseconds until the next pass; undefined: the card has ended. */
async function pass(work: CardWork): Promise<number | undefined> {
  let card = await tellSession(work)
  for (let calls = 0; calls < CALLS_MAX; calls += 1) {
    card = await readOn({ ...work, card })
    const written = await writeStream({ ...work, card })
    card = written.card
    if (written.waitMs !== undefined) return written.waitMs
    if (!written.isIdle) continue
    const wasWaiting = card.state.queue.length > 0
    if (card.state.mode === 'edits') card = await writeEdits({ ...work, card })
    if (card.state.ending !== undefined && card.state.queue.length === 0) {
      await end({ ...work, card })
      return undefined
    }
    return wasWaiting ? EDITS_PACE_MS : PACE_MS
  }
  return PACE_MS
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
