/** A run's questions to a person, and the answers that let it continue. */
import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import { AppError, notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { counted } from '../../../core/text/counts.ts'
import { isJsonObject } from '../../../core/text/json.ts'
import { lockActingRun } from '../hold/acting-run.ts'
import { wakeRun } from '../hold/wake-run.ts'
import { isBeingCancelled, type RunRow, runRef } from '../run.ts'
import { questionAsked, runPerson, waitingEvent } from '../run-events.ts'
import { hasEnded } from '../states.ts'
import { operationOf, type StepRow } from '../steps/steps.ts'
import { endToolStep } from '../steps/tool-steps.ts'
import { runSteps, runs } from '../tables.ts'
import { moveRun, type Writes } from '../writes.ts'

export const ANSWER_MAX_CHARS = 20_000

export const QUESTION_MAX_CHARS = 5_000

/** The operation with which a run asks. */
const ASK_PERSON = 'runs.ask_person'

/** Asks the person of the calling run, whose step then waits for the answer. Answers with the step's id. */
export async function askQuestion(ctx: Context, question: string): Promise<string> {
  const { run, stepId } = await lockActingRun(ctx)
  const event = { type: 'question.asked', data: { stepId, question } }
  const emitted = waitingEvent(ctx, questionAsked, { data: { stepId }, concerns: runPerson })
  await moveRun(ctx, { where: eq(runs.id, run.id), set: {}, events: [event], emits: [emitted] })
  return stepId
}

/** Whether a step asks the person. */
export function isQuestion(step: Pick<StepRow, 'operation' | 'request'>): boolean {
  return operationOf(step) === ASK_PERSON
}

/** The question of a step that waits for its answer. */
export function questionOf(step: StepRow): string | undefined {
  return step.kind === 'tool' && step.state === 'waiting' ? questionIn(step) : undefined
}

function questionIn(step: Pick<StepRow, 'operation' | 'request'>): string | undefined {
  if (!isQuestion(step) || !isJsonObject(step.request)) return undefined
  const { input } = step.request
  return isJsonObject(input) && typeof input.question === 'string'
    ? input.question
    : JSON.stringify(input ?? '')
}

interface Answer {
  readonly answer: string
  /** Which question, if there are several. */
  readonly stepId?: string | undefined
  /** The person who answers. */
  readonly by: string
}

export interface Answered {
  readonly stepId: string
  readonly question: string
  /** False when the same answer had been given before. */
  readonly changed: boolean
}

/**
 * Answers a question of a run that the caller has locked, and lets the run continue.
 * @throws AppError `conflict` when no question is open (any more), `invalid_input` when it is unclear which is meant,
 * `not_found` for a step that is not one of its questions
 */
export async function answerQuestion(writes: Writes, run: RunRow, given: Answer): Promise<Answered> {
  const { step, question } = await findQuestion(writes, run, given.stepId)
  if (step.state !== 'waiting') return assertSameAnswer(step, question, given.answer)
  if (hasEnded(run.state) || run.cancelAskedAt !== null) throw tooLate(run)
  const { answer, by } = given
  await endToolStep(writes, run, {
    stepId: step.id,
    state: 'done',
    result: { text: answer, isError: false, isTrusted: true },
  })
  const data = { stepId: step.id, answer, by }
  await moveRun(writes, {
    where: eq(runs.id, run.id),
    set: {},
    events: [{ type: 'question.answered', data }],
  })
  await wakeRun(writes, run, 'resumed')
  return { stepId: step.id, question, changed: true }
}

interface Question {
  readonly step: StepRow
  readonly question: string
}

interface OnlyQuestion {
  readonly runId: string
  readonly stepId: string
  readonly question: string
}

/** The question that a run asks, or one that it delegated to; undefined where they ask none, or several. */
export async function findOnlyQuestion({ db }: Writes, runId: string): Promise<OnlyQuestion | undefined> {
  const branch = sql`${runSteps.runId} in (with recursive branch as (
    select id from ${runs} where id = ${runId}
    union all select child.id from ${runs} child join branch on child.parent_id = branch.id
  ) select id from branch)`
  const [first, ...others] = await questionsAmong(db, branch, eq(runSteps.state, 'waiting'))
  if (first === undefined || others.length > 0) return undefined
  return { runId: first.step.runId, stepId: first.step.id, question: first.question }
}

async function questionsAmong(db: Writes['db'], ...which: SQL[]): Promise<Question[]> {
  const steps = await db
    .select()
    .from(runSteps)
    .where(and(...which))
    .orderBy(asc(runSteps.number))
  return steps.flatMap((step) => {
    const question = questionIn(step)
    return question === undefined ? [] : [{ step, question }]
  })
}

async function findQuestion(writes: Writes, run: RunRow, stepId: string | undefined): Promise<Question> {
  const which = stepId === undefined ? eq(runSteps.state, 'waiting') : eq(runSteps.id, stepId)
  const asked = await questionsAmong(writes.db, eq(runSteps.runId, run.id), which)
  const [first] = asked
  if (first !== undefined && asked.length === 1) return first
  if (stepId !== undefined) throw notFound('question', stepId)
  if (first === undefined) throw hasEnded(run.state) ? tooLate(run) : nothingAsked(run)
  throw new AppError('invalid_input', `${runRef(run)} asks ${counted(asked.length, 'question')}.`, {
    fix: 'Call runs.get, and name the question with stepId.',
    issues: [{ path: 'stepId', message: `one of ${asked.map(({ step }) => step.id).join(', ')}` }],
  })
}

function assertSameAnswer(step: StepRow, question: string, answer: string): Answered {
  const earlier = isJsonObject(step.result) ? step.result.text : undefined
  if (step.state === 'done' && earlier === answer) return { stepId: step.id, question, changed: false }
  throw new AppError('conflict', `The question ${step.id} no longer waits for an answer.`, {
    fix: 'Send anything further with runs.steer.',
  })
}

function tooLate(run: RunRow): AppError {
  return hasEnded(run.state)
    ? new AppError('conflict', `${runRef(run)} has ended: ${run.state}. It takes no more answers.`, {
        fix: 'Start a new run, or have this one tried again with runs.retry.',
      })
    : isBeingCancelled(run)
}

function nothingAsked(run: RunRow): AppError {
  return new AppError('conflict', `${runRef(run)} asks nothing.`, {
    fix: 'To tell it something, call runs.steer.',
  })
}
