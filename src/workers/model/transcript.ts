/** The conversation with the model, rebuilt from the stored steps before each call. */

import type { Message, Said, Told } from '../../clients/models/model.ts'
import { isQuestion } from '../../domain/runs/approvals/questions.ts'
import { bounded } from '../../domain/runs/calls/tool-text.ts'
import { DELEGATE } from '../../domain/runs/moves/delegate-run.ts'
import type { RunRow } from '../../domain/runs/run.ts'
import { phaseOf } from '../../domain/runs/states.ts'
import { operationOf } from '../../domain/runs/steps/steps.ts'
import { readToolRequest } from '../../domain/runs/steps/tool-request.ts'
import { GIVE_VERDICT_TOOL } from '../../domain/runs/verdict.ts'
import { asData } from './fence.ts'
import { isWork, type Phase, type SeenStep } from './next-move.ts'
import { readMessage, readModelRequest, readModelResult, readSummary, readToolResult } from './stored.ts'

const PHASE_TEXTS: Readonly<Record<Phase, string>> = {
  plan: 'Phase 1 of 3: plan. Look, with the tools that read, and write down what you will do and how you will know that it is done. Change nothing yet. End with the plan.',
  work: 'Phase 2 of 3: work. Carry the plan out with your tools. End with what was done and what was not.',
  evaluate: `Phase 3 of 3: evaluate. Check with the tools that read what really is there against the goal, not against what was said above. Then call ${GIVE_VERDICT_TOOL} once. Anything that was not checked or not done is not "complete".`,
}

export interface Conversation {
  readonly run: Pick<RunRow, 'goal' | 'context'>
  readonly steps: readonly SeenStep[]
  /** The phase of the next call. */
  readonly phase: Phase | null
}

/** The steps that are still in the conversation: those after the last summary. */
export function stepsInView<Step extends SeenStep>(steps: readonly Step[]): readonly Step[] {
  const summary = steps.findLast(({ kind }) => kind === 'summary')
  if (summary === undefined) return steps
  const { upTo } = readSummary(summary)
  return steps.filter(({ number, kind }) => number > upTo && kind !== 'summary')
}

export function transcriptOf({ run, steps, phase }: Conversation): Message[] {
  const messages = createMessages()
  messages.tell({ type: 'text', text: run.goal })
  if (run.context !== null) messages.tell({ type: 'text', text: asData('context', run.context) })
  const summary = steps.findLast(({ kind }) => kind === 'summary')
  if (summary) {
    // The model's own words, which repeat what it has read, and so do not count as words of the person.
    messages.say([{ type: 'text', text: readSummary(summary).text }])
    messages.tell({ type: 'text', text: SUMMARY_TEXT })
  }
  const inView = resultsFirst(stepsInView(steps))
  let current: Phase | null = null
  const enter = (next: Phase | null) => {
    if (next !== null && next !== current) messages.tell({ type: 'text', text: PHASE_TEXTS[next] })
    current = next
  }
  for (const step of inView) {
    if (isWork(step)) enter(phaseOf(step))
    addStep(messages, step)
  }
  enter(phase)
  return messages.all()
}

/** Messages that arrived during an answer or its calls are placed after the calls' results. */
function resultsFirst(steps: readonly SeenStep[]): SeenStep[] {
  const ordered: SeenStep[] = []
  let news: SeenStep[] = []
  for (const step of steps) {
    if (step.kind === 'message') news.push(step)
    else if (isWork(step) && step.state === 'done') {
      const { seen } = readModelRequest(step)
      ordered.push(...news.filter(({ number }) => number <= seen), step)
      news = news.filter(({ number }) => number > seen)
    } else ordered.push(step)
  }
  return [...ordered, ...news]
}

const SUMMARY_TEXT =
  'The conversation up to here was left out to save room; your summary above replaces it. Continue with the goal.'

interface Messages {
  tell(told: Told): void
  say(said: readonly Said[]): void
  all(): Message[]
}

/** Neighbouring messages of one side become one message, as the providers require. */
function createMessages(): Messages {
  const messages: Message[] = []
  return {
    tell(told) {
      const last = messages.at(-1)
      if (last?.role !== 'user') messages.push({ role: 'user', content: [told] })
      else messages[messages.length - 1] = { role: 'user', content: [...last.content, told] }
    },
    say(said) {
      if (said.length === 0) return
      const last = messages.at(-1)
      if (last?.role !== 'assistant') messages.push({ role: 'assistant', content: said })
      else messages[messages.length - 1] = { role: 'assistant', content: [...last.content, ...said] }
    },
    all: () => messages,
  }
}

function addStep(messages: Messages, step: SeenStep): void {
  if (step.kind === 'message') messages.tell({ type: 'text', text: readMessage(step).text })
  if (step.kind === 'model') addAnswer(messages, step)
  if (step.kind === 'tool') messages.tell(toldOf(step))
}

function addAnswer(messages: Messages, step: SeenStep): void {
  if (step.state !== 'done' || !isWork(step)) return
  const { content, stop } = readModelResult(step)
  const isCalling = stop === 'tool_calls'
  const dropsCalls = !isCalling && content.some(({ type }) => type === 'tool_call')
  // A call that was not made has no result; and signed content is valid only for the unchanged answer.
  messages.say(
    dropsCalls ? content.filter(({ type }) => type === 'text') : content.filter((piece) => !isEmpty(piece)),
  )
  if (stop === 'max_tokens') messages.tell({ type: 'text', text: CUT_TEXT })
}

const CUT_TEXT =
  'Your answer was cut off because it was too long. Continue from where it stopped; repeat calls that you had begun, with less in each.'

function isEmpty(piece: Said): boolean {
  return piece.type === 'text' && piece.text.trim() === ''
}

function toldOf(step: SeenStep): Told {
  const { callId, name } = readToolRequest(step)
  if (step.result === null)
    return { type: 'tool_result', callId, text: 'It was not carried out.', isError: true }
  const { text, isError, isTrusted = isQuestion(step) && !isError } = readToolResult(step)
  // An error quotes names and values of others, and a child run's end quotes the child, at any length.
  const foreign = operationOf(step) === DELEGATE ? bounded(text) : text
  return { type: 'tool_result', callId, text: isTrusted ? text : asData(name, foreign), isError }
}
