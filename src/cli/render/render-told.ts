/** What happened, as lines on a terminal: a coloured sign, the words, and the command lines that answer it. */
import type { Operation } from '../../core/operation/operation.ts'
import { type Mark, signOf, type Told } from '../../core/operation/told.ts'
import { plainText, type Terminal } from '../terminal.ts'
import { commandsFor } from './commands-for.ts'
import { wrapSentences } from './wrap-text.ts'

type Paint = 'cyan' | 'green' | 'red' | 'yellow' | 'dim' | 'reset'

const PAINTS: Readonly<Record<Mark, Paint>> = {
  begun: 'cyan',
  said: 'reset',
  calling: 'cyan',
  done: 'green',
  failed: 'red',
  cancelled: 'yellow',
  unknown: 'yellow',
  asked: 'yellow',
  message: 'cyan',
  delegated: 'cyan',
  file: 'cyan',
  warning: 'yellow',
  note: 'dim',
  figures: 'dim',
}

const INDENT = '  '

/** Begins the further lines of a text from outside, so that none of them looks like a line of ours, or a command. */
const FURTHER_LINE = `\n${INDENT}│ `

/** The lines of a piece; empty for a piece without words. */
export function renderTold(told: Told, out: Terminal['out'], operations: readonly Operation[]): string[] {
  const { dim } = out.colours
  const commands = commandsFor(operations, told.calls ?? [])
  const line = lineOf(told, out)
  return [
    ...(line === '' ? [] : [line]),
    ...commands.map((command) => `${INDENT}${dim('→')} ${command}`),
  ].map((text) => wrapSentences(text, out.width))
}

function lineOf(told: Told, { colours }: Terminal['out']): string {
  const { mark, subject = '', text = '', aside = '', depth } = told
  const sign = signOf(told)
  // Words without a sign are an agent's own, which are shown as they are written.
  const shown = (part: string) =>
    sign === '' ? plainText(part) : plainText(part).replaceAll('\n', FURTHER_LINE)
  const words = [
    sign && colours[PAINTS[mark]](sign),
    subject && colours.bold(shown(subject)),
    mark === 'note' ? colours.dim(shown(text)) : shown(text),
    aside && colours.dim(shown(aside)),
  ].filter((word) => word !== '')
  return words.length === 0 ? '' : `${depth === undefined ? '' : INDENT}${words.join(' ')}`
}
