/** A run as a long task: its state, its questions to the person, and its outcome. */

import { z } from 'zod'
import { isId } from '../../core/operation/kind.ts'
import type { Ask, LongTask, TaskAnswer, TaskQuestion, TaskView } from '../../core/operation/long-task.ts'
import { Approval } from '../../domain/runs/approvals/approvals.ts'
import { shownInput } from '../../domain/runs/approvals/describe-approval.ts'
import { Artifact } from '../../domain/runs/artifacts/artifacts.ts'
import { Run, RunId, runUri } from '../../domain/runs/run.ts'
import { followRun } from '../../domain/runs/views/next-calls.ts'
import { WaitingFor } from '../../domain/runs/views/store.ts'

/** The most characters of a call's input in a form; the form says how many more there are, and where. */
const SHOWN_INPUT_MAX_CHARS = 4000

/** The most approvals of one run that are read at a time. */
const APPROVALS_MAX = 100

const StartAnswer = z.object({ run: Run })
const GetAnswer = z.object({ run: Run, waitingFor: WaitingFor })
/** The most files of one run that are looked at. */
const FILES_MAX = 100

const FilesAnswer = z.object({ items: z.array(Artifact) })
const ApprovalsAnswer = z.object({ items: z.array(Approval) })

/** For `runs.start` and other operations that answer with a run that they started. */
export const runTask: LongTask<typeof StartAnswer> = {
  startedBy: ({ run }) => run.id,
  isId: (taskId) => isId(RunId, taskId),
  uri: runUri,
  log: followRun,
  look,
  async answer(_runId, answer, ask) {
    const call = callOf(answer)
    await ask(call.operation, call.input)
  },
  rate: (runId, isGood) => ({ operation: 'runs.rate', input: { runId, rating: isGood ? BEST : WORST } }),
  async files(runId, ask) {
    return FilesAnswer.parse(await ask('artifacts.list', { runId, limit: FILES_MAX })).items
  },
  async cancel(runId, ask) {
    await ask('runs.cancel', { runId })
  },
}

const BEST = 5
const WORST = 1

async function look(runId: string, ask: Ask): Promise<TaskView> {
  const { run, waitingFor } = GetAnswer.parse(await ask('runs.get', { runId }))
  const base = { createdAt: run.createdAt, updatedAt: run.updatedAt }
  switch (run.state) {
    case 'queued':
    case 'running':
    case 'waiting': {
      const questions = run.cancelAsked ? [] : await questionsOf(run, waitingFor, ask)
      return { ...base, status: 'working', note: noteOf(run, questions), questions }
    }
    case 'succeeded':
    case 'failed': {
      const result = { operation: 'runs.result', input: { runId }, isError: run.state === 'failed' }
      return { ...base, status: 'ended', note: noteOf(run, []), ...result }
    }
    case 'cancelled':
      return { ...base, status: 'cancelled', note: noteOf(run, []) }
  }
}

/** The open questions of the run and of those that it delegated. */
async function questionsOf(run: Run, waits: WaitingFor, ask: Ask): Promise<TaskQuestion[]> {
  const own = waits.questions.map(({ stepId, question }) => questionFor({ run, stepId, question }))
  const approvals = waits.approvals.length === 0 ? [] : await openApprovals(run.id, ask)
  const asking = waits.children.filter(({ reason }) => reason === 'approval' || reason === 'input')
  const below: TaskQuestion[] = []
  for (const { runId } of asking) {
    const child = GetAnswer.parse(await ask('runs.get', { runId }))
    below.push(...(await questionsOf(child.run, child.waitingFor, ask)))
  }
  return [...own, ...approvals.map(approvalQuestion), ...below]
}

async function openApprovals(runId: string, ask: Ask): Promise<Approval[]> {
  const page = await ask('approvals.list', { runId, state: 'pending', limit: APPROVALS_MAX })
  return ApprovalsAnswer.parse(page)
    .items.filter(({ mayDecide }) => mayDecide)
    .toReversed()
}

interface Question {
  readonly run: Run
  readonly stepId: string
  readonly question: string
}

/** The key contains everything that answering needs, and is used once, like the step. */
function questionFor({ run, stepId, question }: Question): TaskQuestion {
  return {
    key: `${run.id}/${stepId}`,
    message: `${run.agent} asks: ${question}`,
    fields: { answer: { type: 'string', title: 'Answer' } },
  }
}

function approvalQuestion(approval: Approval): TaskQuestion {
  const { id, agent, operation, why } = approval
  const input = shownInput(approval, SHOWN_INPUT_MAX_CHARS, 2)
  return {
    key: id,
    message: `${agent} wants to call ${operation} with exactly this input:\n${input}\nWhy you are asked: ${why}`,
    fields: { decision: { type: 'string', title: 'Decision', enum: ['approve', 'reject'] } },
  }
}

function callOf({ key, action, content }: TaskAnswer) {
  const [runId, stepId] = key.split('/')
  const isDeclined = action === 'decline'
  if (stepId === undefined) {
    const decision = isDeclined ? 'reject' : content.decision
    return { operation: 'approvals.decide', input: { approvalId: key, decision } }
  }
  const answer = isDeclined ? 'I would rather not answer this.' : content.answer
  return { operation: 'runs.answer', input: { runId, stepId, answer } }
}

/** Names the keys, so that a client without forms can answer with runs.answer and approvals.decide. */
function noteOf({ state, reason, detail }: Run, questions: readonly TaskQuestion[]): string {
  const why = reason === null ? '' : ` (${reason})`
  const stands = [`${state}${why}`, detail].filter(Boolean).join(': ')
  const asked = questions.map(({ key, message }) => `${key}: ${message}`)
  return [stands, ...asked].join('\n')
}
