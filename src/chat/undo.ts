/** Takes back the last thing that was done in a conversation, by the calls that its operation names. */
import type { NextCall } from '../core/operation/next-call.ts'
import { answerOf } from './answer.ts'
import { discardFirst } from './answer-waiting.ts'
import type { ChatState, DoneHere } from './chat-state.ts'
import type { Reply } from './reply.ts'
import { type Done, invokeIn, type Turning } from './turning.ts'

/** @throws AppError */
export async function undoLast(turning: Turning): Promise<Done> {
  const { state, message } = turning
  const [last, ...before] = state.done
  // What is only shown came later: undoing it is forgetting it.
  if (message.waitingId === undefined && isShownSince(state, last)) return discardFirst(turning)
  if (last === undefined) return { replies: [NOTHING], state }
  const left = { ...state, done: before }
  if (last.calls === undefined) return { replies: [cannotUndo(last, before[0])], state: left }
  const told: Reply[] = []
  for (const [index, call] of last.calls.entries()) told.push(await makeCall(turning, call, index))
  const text = [`Undo "${last.said}":`, ...told.map((reply) => reply.text)].join('\n')
  return { replies: [{ text, actions: told.flatMap(({ actions }) => actions) }], state: left }
}

function isShownSince({ waiting: [first] }: ChatState, last: DoneHere | undefined): boolean {
  return first !== undefined && first.id !== last?.waitingThen
}

async function makeCall(
  turning: Turning,
  { operation: name, input }: NextCall,
  index: number,
): Promise<Reply> {
  const { operations, message } = turning
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) throw new Error(`the operation ${name}, which undoes another, does not exist`)
  const output = await invokeIn(turning, { operation, input }, `${message.key}/undone-${index}`)
  return answerOf(operations, { operation, input, output }, message.reader)
}

const NOTHING: Reply = {
  text: 'Nothing was done in this conversation that could be undone. What is in the trash comes back with "restore T-12", and "reopen T-12" opens what is done.',
  actions: [{ label: 'Trash', say: 'trash' }],
}

function cannotUndo({ said }: DoneHere, before: DoneHere | undefined): Reply {
  const text = `"${said}" cannot be undone.`
  if (before === undefined) return { text, actions: [] }
  return { text: `${text} Say undo once more to undo what came before it: "${before.said}".`, actions: [] }
}
