/** Work by typing, without a model: one message on the command line, or a conversation. */
import { randomUUID } from 'node:crypto'
import { NEW_CHAT } from '../../chat/chat-state.ts'
import { createChat } from '../../chat/create-chat.ts'
import type { Reply, ReplyAction } from '../../chat/reply.ts'
import { ERROR_KINDS, toAppError } from '../../core/errors.ts'
import { LOCAL_PERSON } from '../../core/operation/actor.ts'
import { systemTimeZone } from '../../domain/time/zones/time-zone.ts'
import { exitCodeOf, renderError } from '../render/render-error.ts'
import { choicesIn, renderChoices, renderReply } from '../render/render-reply.ts'
import type { Connection, ConnectOptions, Surroundings } from '../surroundings.ts'

/** Words that end a conversation. */
const EXIT = /^(?:exit|quit|bye|goodbye|:q|q)[.!]?$/i

const WELCOME = 'Type what you have to do, or help. Ctrl-C or exit ends.'

/** Says one message, or talks until the person ends it; answers with the exit code. */
export async function chatHere(
  message: string,
  options: ConnectOptions,
  surroundings: Surroundings,
): Promise<number> {
  const connection = await (message === '' ? surroundings.stay(options) : surroundings.connect(options))
  try {
    return await talk(message, connection, surroundings)
  } finally {
    await connection.close()
  }
}

async function talk(
  message: string,
  { gateway, where }: Connection,
  surroundings: Surroundings,
): Promise<number> {
  const { terminal } = surroundings
  const areas = await surroundings.areas()
  const chat = createChat({ gateway, intents: areas.flatMap(({ intents }) => intents) })
  const reader = { timeZone: systemTimeZone() }
  const signal = surroundings.interrupted()
  const isOne = message !== ''
  const keptChat = isOne ? await surroundings.keptChat() : undefined
  const kept = await keptChat?.read(where)
  let state = kept?.state ?? NEW_CHAT
  let offered: readonly ReplyAction[] = kept?.choices ?? []
  let exitCode = 0

  async function say(typed: string): Promise<void> {
    const text = choicesIn(offered).get(typed.trim()) ?? typed
    const call = { actor: LOCAL_PERSON, door: 'cli', signal } as const
    try {
      const turn = await chat.turn({ text, key: randomUUID(), reader }, state, call)
      state = turn.state
      offered = turn.replies.flatMap(({ actions }) => actions)
      show(turn.replies)
      exitCode = turn.isUnderstood ? 0 : ERROR_KINDS.invalid_input.exitCode
    } catch (thrown) {
      const error = toAppError(thrown)
      terminal.err.write(`${renderError(error, terminal, (path) => path)}\n`)
      exitCode = exitCodeOf(error)
    }
  }

  /** What may be said next comes once, below all replies, so that each number means one thing. */
  function show(replies: readonly Reply[]): void {
    const bodies = replies.map((reply) => renderReply(reply, terminal.out, gateway.operations))
    const choices = renderChoices(offered, terminal.out, isOne)
    terminal.out.write([...bodies, ...choices].map((part) => `${part}\n`).join(''))
  }

  if (keptChat !== undefined) {
    await say(message)
    const choices = offered.flatMap((action) =>
      'say' in action ? [{ label: action.label, say: action.say }] : [],
    )
    await keptChat
      .keep({ where, saidAt: Date.now(), state, choices })
      .catch((thrown: NodeJS.ErrnoException) => {
        terminal.err.write(
          `This conversation could not be kept (${thrown.code}), so the next message begins another.\n`,
        )
      })
    return exitCode
  }
  const { dim, cyan } = terminal.err.colours
  if (terminal.canAsk) terminal.err.write(`${dim(WELCOME)}\n`)
  for await (const line of terminal.lines(`${cyan('›')} `, signal)) {
    if (EXIT.test(line.trim())) break
    if (line.trim() !== '') await say(line)
  }
  return exitCode
}
