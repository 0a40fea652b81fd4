/** What people see of a run while it works: a line for each event, and text as it comes. */

import type { Operation } from '../../core/operation/operation.ts'
import { cutText } from '../../core/text/cut.ts'
import { seenJson } from '../../core/text/json.ts'
import { answerQuestion, decideApproval } from '../../domain/runs/views/next-calls.ts'
import type { ServerEvent } from '../input/read-events.ts'
import { plainText, type Terminal } from '../terminal.ts'
import { commandsFor } from './commands-for.ts'
import { wrapSentences } from './wrap-text.ts'

export interface EventPrinter {
  show(event: ServerEvent): void
  /** Whether this is the text that was shown last. */
  hasJustShown(text: string): boolean
  /** Ends the line that was begun. */
  close(): void
}

type Data = Readonly<Record<string, unknown>>

/** Characters of an answer or a message that one line shows. */
const BRIEF_CHARS = 300
/** Characters of a call's input that are shown to the person who decides on it; it says how many more there are, and where. */
const ASKED_INPUT_CHARS = 4_000

export interface Printing {
  readonly runId: string
  readonly out: Terminal['out']
  readonly operations: readonly Operation[]
}

export function createEventPrinter(printing: Printing): EventPrinter {
  const { out } = printing
  const finished = new Set<string>()
  let begun: { readonly stepId: string; text: string } | undefined
  let lastText = ''

  function close(): void {
    if (begun !== undefined && !begun.text.endsWith('\n')) out.write('\n')
    begun = undefined
  }

  /** Only on a terminal: what is kept gets each text once, when it is whole. */
  function showDelta(data: Data): void {
    const stepId = textOf(data.stepId)
    if (!out.isTerminal || finished.has(stepId)) return
    if (begun?.stepId !== stepId) close()
    begun ??= { stepId, text: '' }
    const text = plainText(textOf(data.text))
    begun.text += text
    out.write(text)
  }

  /** The last pieces may come after the whole, or never: only what is lacking is shown. */
  function showRest(data: Data): void {
    const whole = plainText(textOf(data.text))
    if (begun === undefined || begun.stepId !== data.stepId || !whole.startsWith(begun.text)) return
    out.write(whole.slice(begun.text.length))
    begun.text = whole
  }

  return {
    show({ type, data: json }) {
      const data = dataOf(json)
      if (type === 'delta') return showDelta(data)
      if (type === 'step.finished') showRest(data)
      const shown = begun
      close()
      if (type === 'step.finished') finished.add(textOf(data.stepId))
      const isShown = shown !== undefined && shown.stepId === data.stepId && isWhole(shown.text, data)
      if (data.kind === 'model' && textOf(data.text) !== '') {
        lastText = isShown ? (shown?.text ?? '') : textOf(data.text)
      }
      const lines = linesOf(type, isShown ? { ...data, text: undefined } : data, printing)
      for (const line of lines) out.write(`${wrapSentences(line, out.width)}\n`)
    },
    hasJustShown: (text) => text.trim() !== '' && plainText(text).trim() === lastText.trim(),
    close,
  }
}

/** Whether what was shown bit by bit is all that is stored, of which an event holds the beginning. */
function isWhole(shown: string, data: Data): boolean {
  const stored = plainText(textOf(data.text)).trim()
  return stored !== '' && shown.trimStart().startsWith(stored)
}

/** An event's own fields, whether or not the list wraps them. */
function dataOf(json: string): Data {
  const value: unknown = JSON.parse(json)
  if (!isRecord(value)) return {}
  return isRecord(value.data) ? value.data : value
}

function linesOf(type: string, data: Data, printing: Printing): string[] {
  const { dim, cyan, yellow } = printing.out.colours
  switch (type) {
    case 'run.created':
      return [`${cyan('●')} ${textOf(data.agent)}: ${brief(data.goal)}`]
    case 'run.succeeded':
    case 'run.failed':
    case 'run.cancelled':
      // How it ended is said once, from the run itself.
      return []
    case 'step.started':
      return data.kind === 'tool' ? [`  ${cyan('→')} ${textOf(data.tool)}`] : []
    case 'step.finished':
      return finishedLines(data, printing)
    case 'message.added':
      return [`${cyan('✉')} ${textOf(data.from) || 'message'}: ${brief(data.text)}`]
    case 'approval.asked':
      return approvalLines(data, printing)
    case 'approval.decided':
      return [`${yellow('?')} ${textOf(data.state)}${textOf(data.by) === '' ? '' : ` by ${textOf(data.by)}`}`]
    case 'approval.withdrawn':
      return [`${yellow('?')} withdrawn: nobody has to decide on ${textOf(data.operation)} any more`]
    case 'question.asked':
      return questionLines(data, printing)
    case 'question.answered':
      return [`${cyan('✉')} ${textOf(data.by)}: ${brief(data.answer)}`]
    case 'child.started':
      return [`  ${cyan('↳')} ${textOf(data.agent)} ${dim(textOf(data.runId))}`]
    case 'child.finished':
      return [`  ${cyan('↳')} ${textOf(data.state)} ${dim(textOf(data.runId))}`]
    case 'artifact.added':
      return [`  ${cyan('+')} ${textOf(data.name)} ${dim(textOf(data.artifactId))}`]
    case 'budget.refused':
      return [`${yellow('!')} ${textOf(data.words)}`]
    default:
      return [dim(`· ${[brief(type).replace('.', ' ').replaceAll('_', ' '), ...saidIn(data)].join(', ')}`)]
  }
}

function saidIn(data: Data): string[] {
  return [data.reason, data.detail, data.phase, data.by].map(brief).filter((text) => text !== '')
}

function finishedLines(data: Data, { out }: Printing): string[] {
  const { dim, green, red, yellow } = out.colours
  const text = plainText(textOf(data.text)).trim()
  if (data.kind === 'model') {
    const tokens = typeof data.tokens === 'number' ? [`${data.tokens} tokens`] : []
    const cost = typeof data.costUsd === 'number' ? `$${data.costUsd.toFixed(4)}` : 'cost unknown'
    const failed =
      data.state === 'failed' ? [`${red('✗')} ${textOf(data.problem) || 'the model failed'}`] : []
    return [...(text === '' ? [] : [text]), ...failed, dim(`  ${[...tokens, cost].join(' · ')}`)]
  }
  if (data.kind !== 'tool') return []
  const isBad = data.state !== 'done' || data.isError === true
  const mark = data.state === 'unknown' ? yellow('?') : isBad ? red('✗') : green('✓')
  return [`  ${mark} ${textOf(data.tool)} ${dim(brief(data.text))}`.trimEnd()]
}

function approvalLines(data: Data, printing: Printing): string[] {
  const { yellow, bold, dim } = printing.out.colours
  const { approvalId } = data
  const input = seenJson(data.input ?? {})
  const shown = cutText(input, ASKED_INPUT_CHARS)
  const left = input.length - shown.length
  const asked = `${yellow('?')} ${bold(textOf(data.operation))} ${plainText(shown)}`
  const [where = ''] = commandsFor(printing.operations, [
    { operation: 'approvals.get', input: { approvalId } },
  ])
  const rest = `  ${yellow('!')} ${left} more characters are not shown here: ${where}`.trimEnd()
  const why = textOf(data.why) === '' ? [] : [`  ${brief(data.why)}`]
  const ways = commandsFor(printing.operations, decideApproval(textOf(approvalId)))
  return [asked, ...(left > 0 ? [rest] : []), ...why, ...ways.map((line) => `  ${dim('→')} ${line}`)]
}

function questionLines(data: Data, { runId, operations, out }: Printing): string[] {
  const { yellow, bold, dim } = out.colours
  const { stepId } = data
  const answer = commandsFor(operations, [
    answerQuestion(runId, typeof stepId === 'string' ? stepId : undefined),
  ])
  return [
    `${yellow('?')} ${bold(plainText(textOf(data.question)))}`,
    ...answer.map((line) => `  ${dim('→')} ${line}`),
  ]
}

function brief(value: unknown): string {
  const text = plainText(textOf(value)).replaceAll(/\s+/g, ' ').trim()
  return cutText(text, BRIEF_CHARS, '…')
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? plainText(String(value)) : ''
}

function isRecord(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
