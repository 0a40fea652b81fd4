/** What the stand-in for a model says to a transcript: the next round of the plan that it finds there. */
import { goalOf, type Item, itemsOf, type Plan, readPlan } from '../harness/plan.ts'

/** A piece of an answer, in Anthropic's form. */
export type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: object }

/** The parts of a request that the answer rests on. */
export interface Asked {
  readonly messages: readonly { readonly role: string; readonly content: string | readonly Part[] }[]
}

interface Part {
  readonly type: string
  readonly text?: string
  readonly id?: string
  readonly input?: {
    readonly label?: string
    readonly goal?: string
    readonly question?: string
    readonly tasks?: readonly { readonly title: string }[]
  }
  readonly tool_use_id?: string
  readonly is_error?: boolean
}

/** Times that one item is asked for before the model gives up on it. */
const MAX_ASKS = 4

export function answerTo({ messages }: Asked): Block[] {
  const parts = messages.flatMap(({ content }) =>
    typeof content === 'string' ? [{ type: 'text', text: content } as Part] : content,
  )
  const plan = parts.map(({ text = '' }) => readPlan(text)).find((found) => found !== undefined)
  if (plan === undefined) return [{ type: 'text', text: 'There is no plan in this.' }]
  const asks = parts.filter(({ type }) => type === 'tool_use')
  const good = new Set(
    parts.flatMap(({ type, tool_use_id: id, is_error: isError }) =>
      type === 'tool_result' && isError !== true && id !== undefined ? [id] : [],
    ),
  )
  const asked = (item: Item) => asks.filter((ask) => labelOf(ask) === item.label)
  const isDone = (item: Item) => asked(item).some(({ id = '' }) => good.has(id))
  const open = plan.rounds
    .map((round) => round.filter((item) => !isDone(item) && asked(item).length < MAX_ASKS))
    .find((round) => round.length > 0)
  if (open === undefined) return [{ type: 'text', text: lastWords(plan, isDone) }]
  return [
    { type: 'text', text: `Next: ${open.map(({ label }) => label).join(', ')}` },
    ...open.map((item) => callOf(item, asked(item).length)),
  ]
}

function lastWords(plan: Plan, isDone: (item: Item) => boolean): string {
  const missing = itemsOf(plan).filter((item) => !isDone(item))
  return missing.length === 0
    ? `Done: ${plan.id}`
    : `Given up: ${missing.map(({ label }) => label).join(', ')}`
}

function labelOf({ input }: Part): string | undefined {
  return input?.label ?? input?.question ?? input?.tasks?.[0]?.title ?? readPlan(input?.goal ?? '')?.id
}

function callOf({ kind, label, plan }: Item, before: number): Block {
  const id = `toolu_${label}_${before}`.replaceAll(/[^\w]/g, '_')
  if (kind === 'task')
    return { type: 'tool_use', id, name: 'tasks_create', input: { tasks: [{ title: label }] } }
  if (kind === 'ask') return { type: 'tool_use', id, name: 'runs_ask_person', input: { question: label } }
  if (plan)
    return { type: 'tool_use', id, name: 'runs_delegate', input: { agent: 'crash', goal: goalOf(plan) } }
  const confirm = kind === 'erase' ? { confirm: true } : {}
  return { type: 'tool_use', id, name: `effects_${kind}`, input: { label, ...confirm } }
}
