/** The command line in this process: what is typed goes in, what is shown comes out. */
import { createColors } from 'picocolors'
import { runCommandLine } from '../../src/cli/commands/program.ts'
import type { Kept, Surroundings } from '../../src/cli/surroundings.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import type { Gateway } from '../../src/core/area/gateway.ts'
import { areasOf } from '../support/areas-of.ts'

interface Shown {
  readonly exitCode: number
  readonly out: string
  readonly err: string
  /** What the person was asked. */
  readonly asked: readonly string[]
}

export interface TypingOptions {
  /** Whether a person sits there. Default: a script does. */
  readonly isTerminal?: boolean
  readonly width?: number
  readonly colours?: boolean
  /** What the person answers when asked. */
  readonly answer?: string
  /** The standard input. */
  readonly input?: string
  readonly signal?: AbortSignal
}

/** A terminal that keeps what is shown on it. */
export function createRecordingTerminal(options: TypingOptions = {}) {
  const out: string[] = []
  const err: string[] = []
  const asked: string[] = []
  const isTerminal = options.isTerminal ?? false
  const output = (lines: string[]) => ({
    write: (text: string) => {
      lines.push(text)
    },
    isTerminal,
    width: options.width,
    colours: createColors(options.colours ?? false),
  })
  const terminal: Terminal = {
    out: output(out),
    err: output(err),
    canAsk: isTerminal,
    ask: async (question) => {
      asked.push(question)
      return options.answer ?? ''
    },
    readInput: async () => options.input ?? '',
    async *lines(prompt) {
      if (isTerminal) asked.push(prompt)
      yield* (options.input ?? '').split('\n')
    },
  }
  return { terminal, shown: () => ({ out: out.join(''), err: err.join(''), asked }) }
}

/** Answers with a function that runs one command line on `gateway`. */
export function createTyping(gateway: Gateway, rest: Partial<Surroundings> = {}) {
  let kept: Kept | undefined
  return async function type(argv: readonly string[], options: TypingOptions = {}): Promise<Shown> {
    const { terminal, shown } = createRecordingTerminal(options)
    const connection = { gateway, where: 'a test', kind: 'store', close: async () => undefined } as const
    const exitCode = await runCommandLine(argv, {
      terminal,
      version: gateway.version,
      interrupted: () => options.signal ?? new AbortController().signal,
      areas: async () => areasOf(gateway.operations),
      operations: async () => gateway.operations,
      connect: async () => connection,
      stay: async () => connection,
      keptChat: async () => ({
        read: async () => kept,
        keep: async (next) => {
          kept = next
        },
      }),
      serve: async () => undefined,
      serveMcp: async () => undefined,
      examine: async () => [],
      ...rest,
    })
    return { exitCode, ...shown() }
  }
}
