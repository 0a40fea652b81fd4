/** The terminal of this process. */
import { createInterface } from 'node:readline/promises'
import { buffer } from 'node:stream/consumers'
import type { WriteStream } from 'node:tty'
import { createColors } from 'picocolors'
import { decodeUtf8 } from '../core/schema/utf8.ts'
import type { Terminal } from './terminal.ts'
import { typedLines } from './typed-lines.ts'

/** The variables by which people choose how output looks (https://no-color.org). */
export interface DisplayWishes {
  readonly NO_COLOR?: string | undefined
  readonly FORCE_COLOR?: string | undefined
  readonly TERM?: string | undefined
}

export function createProcessTerminal(wishes: DisplayWishes): Terminal {
  const { stdin, stdout, stderr } = process
  return {
    out: outputTo(stdout, wishes),
    err: outputTo(stderr, wishes),
    canAsk: stdin.isTTY === true && stderr.isTTY === true,
    async ask(question) {
      const asking = createInterface({ input: stdin, output: stderr })
      try {
        // Ctrl-C and the end of the input mean no.
        const given = new Promise<string>((resolve) => {
          asking.on('SIGINT', () => resolve(''))
          asking.on('close', () => resolve(''))
        })
        return await Promise.race([asking.question(question), given])
      } finally {
        asking.close()
      }
    },
    lines(prompt, signal) {
      const isAsked = stdin.isTTY === true && stderr.isTTY === true
      return typedLines({ input: stdin, output: isAsked ? stderr : undefined }, prompt, signal)
    },
    readInput: async () => decodeUtf8(await buffer(stdin), 'The standard input'),
  }
}

function outputTo(stream: WriteStream, wishes: DisplayWishes): Terminal['out'] {
  const isTerminal = stream.isTTY === true
  return {
    write: (content) => {
      stream.write(content)
    },
    isTerminal,
    // A terminal without a size, as some programs create it, reports 0.
    width: isTerminal && stream.columns > 0 ? stream.columns : undefined,
    colours: createColors(wantsColours(wishes, isTerminal)),
  }
}

function wantsColours({ NO_COLOR, FORCE_COLOR, TERM }: DisplayWishes, isTerminal: boolean): boolean {
  if (NO_COLOR) return false
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return isTerminal && TERM !== 'dumb'
}
