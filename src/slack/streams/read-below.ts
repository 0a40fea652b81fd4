/** Reads the logs of tasks that were delegated, for what they ask: the thread of the card is where its person answers. */
import type { Told } from '../../core/operation/told.ts'
import type { CardState, DelegatedTask } from '../../domain/slack/cards/card.ts'
import type { PostWriter } from '../interact/post-reply.ts'
import { NO_LONGER_OPEN } from '../render/done-block.ts'
import type { CardWork } from './card-work.ts'
import { piecesOf, startsTask } from './pieces/pieces.ts'
import { type LogPart, readLog } from './read-log.ts'
import { takeAsks } from './take-asks.ts'

interface PartBelow extends DelegatedTask {
  readonly taskId: string
  readonly part: LogPart
}

/** What the delegated tasks that go on have logged since they were read. */
export async function readBelow({ card, parts, call, task }: CardWork): Promise<PartBelow[]> {
  const read: PartBelow[] = []
  for (const [taskId, below] of Object.entries(card.state.below ?? {})) {
    const part = await readLog(parts, { task, taskId, position: below.position }, call)
    if (part.events.length > 0 || part.outcome !== undefined) read.push({ ...below, taskId, part })
  }
  return read
}

/** Answers with the state of the card as it is then. */
export async function takeBelow(
  writer: PostWriter,
  work: CardWork,
  read: readonly PartBelow[],
): Promise<CardState> {
  let { state } = work.card
  for (const each of read) state = await takePart(writer, work, { ...each, state })
  return state
}

interface Taking extends PartBelow {
  readonly state: CardState
}

async function takePart(writer: PostWriter, work: CardWork, { state: before, ...below }: Taking) {
  const { taskId, name, part } = below
  let state = before
  for (const told of part.events) {
    const { asked, settled } = piecesOf(told)
    state = await takeAsks(writer, work, { state: followDelegated(told, state), asked, settled, by: name })
  }
  const asks = Object.keys(state.asked).filter(
    (thing) => below.asks.includes(thing) || !(thing in before.asked),
  )
  const { [taskId]: _ended, ...others } = state.below ?? {}
  if (part.outcome === undefined)
    return { ...state, below: { ...others, [taskId]: { name, asks, position: part.position } } }
  // What a cancelled task asked is answered by nobody.
  const settled = asks.map((thing) => ({ thing, text: NO_LONGER_OPEN }))
  return await takeAsks(writer, work, { state: { ...state, below: others }, asked: [], settled })
}

/** The state of a card that follows a task which begins here. */
export function followDelegated(told: readonly Told[], state: CardState): CardState {
  const begun = told.flatMap((each) =>
    each.thing !== undefined && startsTask(each)
      ? [[each.thing, { name: each.subject ?? '', position: 0, asks: [] }] as const]
      : [],
  )
  return begun.length === 0 ? state : { ...state, below: { ...state.below, ...Object.fromEntries(begun) } }
}
