/** Shows a stream as it arrives: words for each event and, on a terminal, text while it is still being written. */
import type { LiveText } from '../../core/area/gateway.ts'
import type { Operation } from '../../core/operation/operation.ts'
import type { Told } from '../../core/operation/told.ts'
import { isJsonObject } from '../../core/text/json.ts'
import { plainText, type Terminal } from '../terminal.ts'
import { renderTold } from './render-told.ts'

export interface EventPrinter {
  /** Shows an event in these words. */
  show(told: readonly Told[]): void
  /** Shows unfinished text. Only on a terminal: saved output gets each text once, when it is complete. */
  showLive(text: LiveText): void
  /** Whether this is the text that was shown last. */
  hasJustShown(text: string): boolean
  /** Ends an unfinished line. */
  close(): void
}

export function createEventPrinter(out: Terminal['out'], operations: readonly Operation[]): EventPrinter {
  const finished = new Set<string>()
  let begun: { readonly stepId: string; text: string } | undefined
  let lastText = ''

  function close(): void {
    if (begun !== undefined && !begun.text.endsWith('\n')) out.write('\n')
    begun = undefined
  }

  /** Returns the part of the text that was shown live. Its last pieces may come after the whole, or never. */
  function endLive({ live = '', text: told = '' }: Told): string {
    finished.add(live)
    if (begun?.stepId !== live) return ''
    const whole = plainText(told)
    if (whole.startsWith(begun.text)) {
      out.write(whole.slice(begun.text.length))
      begun.text = whole
    }
    return begun.text
  }

  return {
    show(told) {
      const said = told.find(({ live }) => live !== undefined)
      const shown = said === undefined ? '' : endLive(said)
      close()
      const isShown = said !== undefined && isWhole(shown, said)
      if (said?.text) lastText = isShown ? shown : said.text
      for (const piece of told) {
        if (isShown && piece === said) continue
        for (const line of renderTold(piece, out, operations)) out.write(`${line}\n`)
      }
    },
    showLive({ stepId, text }) {
      if (!out.isTerminal || finished.has(stepId)) return
      if (begun?.stepId !== stepId) close()
      begun ??= { stepId, text: '' }
      begun.text += plainText(text)
      out.write(plainText(text))
    },
    hasJustShown: (text) => text.trim() !== '' && plainText(text).trim() === plainText(lastText).trim(),
    close,
  }
}

/** Whether the live text is all of the stored text, of which an event contains the beginning. */
function isWhole(shown: string, { text = '' }: Told): boolean {
  const stored = plainText(text).trim()
  return stored !== '' && shown.trimStart().startsWith(stored)
}

/** Live text from a stream. */
export function readLiveText(json: string): LiveText {
  const value: unknown = JSON.parse(json)
  if (!isJsonObject(value)) return { stepId: '', text: '' }
  return { stepId: String(value.stepId ?? ''), text: String(value.text ?? '') }
}
