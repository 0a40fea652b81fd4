/** A person in a conversation without a model, on a gateway of a test. */
import { type ChatState, NEW_CHAT } from '../../src/chat/chat-state.ts'
import { createChat } from '../../src/chat/create-chat.ts'
import type { ReplyAction, Turn } from '../../src/chat/reply.ts'
import { areas } from '../../src/tools/registry.ts'
import { listTasks } from '../../src/tools/tasks/list-tasks.ts'
import type { TestGateway } from '../support/world/database.ts'

let people = 0

export interface Talking {
  readonly personId: string
  /** Says something, and remembers the state after it. */
  say(text: string): Promise<Turn>
  /** The text of all replies. */
  hear(text: string): Promise<string>
  /** The same, without remembering the state: as a click on what is stale by then does. */
  sayAside(text: string): Promise<Turn>
  /** Presses a button that an earlier turn showed. */
  press(action: Extract<ReplyAction, { readonly say: string }>): Promise<Turn>
  /** The last turn once more, with its key and the state before it. */
  repeat(): Promise<Turn>
  state(): ChatState
  /** What the person has, oldest first, without the trash. */
  titles(): Promise<string[]>
  tasks(): Promise<Record<string, unknown>[]>
}

/** A new person, to whom nothing belongs. */
export function startTalking(gateway: TestGateway): Talking {
  people += 1
  const id = `talker-${people}`
  const call = gateway.as({ id, personId: id })
  const chat = createChat({ gateway, intents: areas.flatMap(({ intents }) => intents) })
  let state = NEW_CHAT
  let turns = 0
  let last = { text: '', key: '', before: state }

  async function say(text: string): Promise<Turn> {
    turns += 1
    last = { text, key: `${id}-${turns}`, before: state }
    const turn = await chat.turn(last, state, call)
    state = turn.state
    return turn
  }

  function sayAside(text: string): Promise<Turn> {
    turns += 1
    return chat.turn({ text, key: `${id}-${turns}` }, state, call)
  }

  async function press({ say: text, waitingId }: Extract<ReplyAction, { readonly say: string }>) {
    turns += 1
    const turn = await chat.turn({ text, waitingId, key: `${id}-${turns}` }, state, call)
    state = turn.state
    return turn
  }

  async function tasks() {
    return (await gateway.invoke(listTasks, { limit: 100 }, call)).output.items.reverse()
  }

  return {
    personId: id,
    say,
    sayAside,
    press,
    hear: async (text) => (await say(text)).replies.map((reply) => reply.text).join('\n'),
    repeat: () => chat.turn(last, last.before, call),
    state: () => state,
    tasks,
    titles: async () => (await tasks()).map(({ title }) => title),
  }
}
