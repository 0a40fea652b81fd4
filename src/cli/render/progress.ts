/** One line on the terminal that says what the command waits for, and disappears afterwards. */
import type { Progress } from '../../core/operation/context.ts'
import { plainText, type Terminal } from '../terminal.ts'

/** Shown only when waiting takes longer than this. */
const PATIENCE_MS = 400

const FRAME_MS = 100
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const CLEAR_LINE = '\r\u001b[K'

export interface ProgressLine {
  report(progress: Progress): void
  end(): void
}

/** Starts the line; without a terminal nothing is shown. */
export function startProgress({ err }: Terminal, label: string): ProgressLine {
  if (!err.isTerminal) return { report: () => undefined, end: () => undefined }
  let text = label
  let frame = 0
  let shown = false
  const draw = () => {
    shown = true
    err.write(
      `${CLEAR_LINE}${err.colours.cyan(FRAMES[frame % FRAMES.length] ?? '')} ${err.colours.dim(text)}`,
    )
    frame += 1
  }
  let ticker: NodeJS.Timeout | undefined
  const patience = setTimeout(() => {
    draw()
    ticker = setInterval(draw, FRAME_MS)
  }, PATIENCE_MS)
  return {
    report({ done, total, note }) {
      const count = total === undefined ? String(done) : `${done} of ${total}`
      text = [label, count, ...(note === undefined ? [] : [plainText(note)])].join(' · ')
    },
    end() {
      clearTimeout(patience)
      clearInterval(ticker)
      if (shown) err.write(CLEAR_LINE)
    },
  }
}
