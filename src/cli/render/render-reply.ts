/** A reply of a conversation on a terminal: its text or table, and what may be said next. */
import type { Reply, ReplyAction } from '../../chat/reply.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { plainText, type Terminal } from '../terminal.ts'
import { commandsFor } from './commands-for.ts'
import { dimIds, renderTable } from './render-table.ts'
import { wrapSentences } from './wrap-text.ts'

/** Columns below which a table would break dates and words. */
const TABLE_MIN_COLUMNS = 60

type Said = Extract<ReplyAction, { readonly say: string }>

export function renderReply(
  { text, table, actions }: Reply,
  out: Terminal['out'],
  operations: readonly Operation[],
): string {
  const { dim } = out.colours
  const isTable = table !== undefined && (out.width ?? TABLE_MIN_COLUMNS) >= TABLE_MIN_COLUMNS
  const body = isTable ? renderTable(table, out) : wrapSentences(plainText(text), out.width)
  const calls = actions.flatMap((action) => ('call' in action ? [action.call] : []))
  const lines = [
    dimIds(body, out),
    ...commandsFor(operations, calls).map((command) => `${dim('→')} ${command}`),
  ]
  return lines.join('\n')
}

/** The line of what may be said next; none where nothing may. `isOne`: it is said by another command. */
export function renderChoices(
  actions: readonly ReplyAction[],
  { colours: { dim, bold } }: Terminal['out'],
  isOne: boolean,
): string[] {
  const said = saidOf(actions)
  const [first] = said
  if (first === undefined) return []
  const isNumbered = choicesIn(actions).size > 0
  const choices = said.map(({ label, say }, index) =>
    isNumbered ? `${bold(String(index + 1))} ${plainText(label)}` : bold(plainText(say)),
  )
  const line = `${dim(isNumbered ? '→' : '→ say')} ${choices.join('  ')}`
  const answer = isNumbered ? '1' : plainText(first.say)
  return isOne ? [line, dim(`  for example: switchboard chat ${answer}`)] : [line]
}

/**
 * What is said by typing the number of a choice; empty where one of them is a number itself, such as the minutes that a
 * task takes.
 */
export function choicesIn(actions: readonly ReplyAction[]): ReadonlyMap<string, string> {
  const said = saidOf(actions)
  if (said.some(({ say }) => /^\d+$/.test(say))) return new Map()
  return new Map(said.map(({ say }, index) => [String(index + 1), say]))
}

/** Each once: two answers may offer the same, such as undo. */
function saidOf(actions: readonly ReplyAction[]): Said[] {
  const said = actions.flatMap((action) => ('say' in action ? [action] : []))
  return said.filter(({ say }, index) => said.findIndex((each) => each.say === say) === index)
}
