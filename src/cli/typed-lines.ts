/** The lines that are typed or piped in. A paste of several lines is one message, which is sent by Enter as a shell does. */
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'

interface Ends {
  readonly input: NodeJS.ReadableStream
  /** Where a person is asked; undefined: lines are piped in. */
  readonly output: NodeJS.WritableStream | undefined
}

/** Terminals tell a paste from what is typed where they are asked to. */
const PASTES_ON = '\u001b[?2004h'
const PASTES_OFF = '\u001b[?2004l'

/** The end of the input, Ctrl-C and `signal` end the lines. */
export async function* typedLines(
  { input, output }: Ends,
  prompt: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const reading = createInterface({ input, output, prompt, signal })
  const typed = collect(reading, input)
  // The prompt of the shell begins a line of its own, after words that were not sent.
  reading.once('close', () => output?.write('\n'))
  output?.write(PASTES_ON)
  try {
    for (;;) {
      if (typed.lines.length === 0 && typed.isOver) return
      // What was typed ahead is shown again, so that each answer follows its message.
      if (typed.lines.length > 0) output?.write(`${prompt}${typed.lines[0]}\n`)
      else {
        if (output !== undefined) reading.prompt()
        await once(reading, 'typed')
      }
      const line = typed.lines.shift()
      if (line !== undefined) yield line
    }
  } finally {
    reading.removeAllListeners('close')
    reading.close()
    output?.write(PASTES_OFF)
  }
}

interface Typed {
  readonly lines: string[]
  isOver: boolean
}

function collect(reading: Interface, input: NodeJS.ReadableStream): Typed {
  const typed: Typed = { lines: [], isOver: false }
  const pasted: string[] = []
  let isPasting = false
  const onKey = (_text: unknown, { name }: { readonly name?: string } = {}) => {
    if (name === 'paste-start') isPasting = true
    if (name === 'paste-end') isPasting = false
  }
  input.on('keypress', onKey)
  reading.on('line', (line) => {
    pasted.push(line)
    if (isPasting) return
    typed.lines.push(pasted.splice(0).join('\n'))
    reading.emit('typed')
  })
  reading.on('SIGINT', () => reading.close())
  reading.on('close', () => {
    input.off('keypress', onKey)
    typed.isOver = true
    reading.emit('typed')
  })
  return typed
}
