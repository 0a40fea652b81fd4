/** Carries out runs with a language model: reads what is stored, makes the next move, stores it, and reads again. */

import { holdToAct } from '../../domain/runs/hold/hold-run.ts'
import { RUN_FORMAT, RUN_FORMAT_OLDEST } from '../../domain/runs/states.ts'
import { addSteps, type StepRow } from '../../domain/runs/steps/steps.ts'
import { endingOf, GIVE_VERDICT_TOOL, RunVerdict } from '../../domain/runs/verdict.ts'
import type { Executor, RunEnd, RunSession, Standing } from '../runs/executor.ts'
import { type CheckedOutput, checkOutput } from './check-output.ts'
import { continueRun, shortenOrEnd } from './continue-run.ts'
import { asData } from './fence.ts'
import { failedEnd, lastNumber, type ModelParts, type ModelWork, prepareWork } from './model-work.ts'
import { isWork, type Move, nextMove, phaseAfter } from './next-move.ts'
import {
  type MessageStepRequest,
  readModelFailure,
  readModelResult,
  readToolResult,
  textOf,
} from './stored.ts'

export function createModelExecutor(parts: ModelParts): Executor {
  return {
    name: 'model',
    formats: [RUN_FORMAT_OLDEST, RUN_FORMAT],
    async execute(session) {
      const work = await prepareWork(session, parts)
      while (true) {
        session.signal.throwIfAborted()
        const standing = await session.look()
        if (session.mustGiveWay()) {
          return { kind: 'parked', state: 'queued', reason: 'gave_way', seenStep: lastNumber(standing) }
        }
        const move = nextMove(standing.steps, { phases: session.run.agent.phases })
        const end = await make(work, standing, move)
        if (end !== undefined) return end
      }
    },
  }
}

/** Undefined: decide the next move again. */
async function make(work: ModelWork, standing: Standing, move: Move<StepRow>): Promise<RunEnd | undefined> {
  switch (move.kind) {
    case 'call_tools':
      await work.session.callPlanned(standing)
      return undefined
    case 'wait':
      return work.session.parking(standing)
    case 'ask_model':
      return await continueRun(work, standing, move)
    case 'shorten':
      return await shortenOrEnd(work, standing, { phase: move.phase, failures: 0 })
    case 'too_long':
      return failedEnd(
        standing,
        'context_full',
        ['It is too long for its model.', readModelFailure(move.refused)?.problem].filter(Boolean).join(' '),
      )
    case 'refused':
      return failedEnd(standing, 'refused_by_model', 'The model refused to continue it.')
    case 'done':
      return await afterPhase(work, standing, move)
    case 'judged':
      return await judgedEnd(work, standing, move.verdict)
  }
}

async function afterPhase(
  work: ModelWork,
  standing: Standing,
  move: Extract<Move<StepRow>, { kind: 'done' }>,
): Promise<RunEnd | undefined> {
  const { phase, answer, repairs, failures } = move
  const { session } = work
  if (phase === 'evaluate') {
    if (repairs.includes('verdict')) {
      return failedEnd(standing, 'verdict_failed', 'Its evaluation ended without a verdict.')
    }
    return await repair(session, 'verdict', `Call ${GIVE_VERDICT_TOOL} now, with what you have found.`)
  }
  const hasForm = session.run.agent.outputSchema !== null && phase !== 'plan'
  const words = textOf(readModelResult(answer).content).trim()
  if (words === '' && !hasForm && !repairs.includes('words')) {
    return await repair(session, 'words', 'You ended without a word. Say what the outcome is.')
  }
  const checked = hasForm ? await outputOf(session, answer) : { output: null }
  if ('fault' in checked) return failedEnd(standing, 'output_invalid', faultText(checked.fault))
  if ('problem' in checked) {
    if (repairs.includes('output')) {
      return failedEnd(standing, 'output_invalid', `Its result does not have its form: ${checked.problem}`)
    }
    const text = `The result must be JSON of the schema that was given, and nothing else. Answer with the corrected JSON. What is wrong with it:\n${asData('check', checked.problem)}`
    return await repair(session, 'output', text)
  }
  const next = phaseAfter(phase)
  if (next !== null) return await continueRun(work, standing, { phase: next, failures })
  return {
    kind: 'ended',
    state: 'succeeded',
    reason: 'finished',
    summary: words,
    output: checked.output,
    seenStep: lastNumber(standing),
  }
}

async function outputOf({ run }: RunSession, answer: StepRow): Promise<CheckedOutput> {
  const { outputSchema } = run.agent
  return outputSchema === null
    ? { output: null }
    : await checkOutput(textOf(readModelResult(answer).content), outputSchema)
}

/** Asks the model once to do a piece of work again. */
async function repair(
  { transaction, hold }: RunSession,
  what: NonNullable<MessageStepRequest['repair']>,
  text: string,
): Promise<undefined> {
  const request: MessageStepRequest = { text, from: 'gateway', repair: what }
  await transaction(async (writes) => {
    const run = await holdToAct(writes, hold)
    await addSteps(writes, run, { steps: [{ kind: 'message', state: 'done', request }] })
  })
  return undefined
}

/** Another answer would be checked by the same schema, so the model is not asked for one. */
function faultText(fault: string): string {
  return `Its result could not be checked: ${fault}. Make the outputSchema of its agent simpler, above all its patterns.`
}

async function judgedEnd({ session }: ModelWork, standing: Standing, step: StepRow): Promise<RunEnd> {
  const { verdict, summary } = RunVerdict.parse(readToolResult(step).output)
  const worked = standing.steps.findLast(
    (each) => isWork(each) && each.state === 'done' && each.phase === 'work',
  )
  const checked = worked === undefined ? { output: null } : await outputOf(session, worked)
  const output = 'output' in checked ? checked.output : null
  return { kind: 'ended', ...endingOf(verdict), verdict, summary, output, seenStep: lastNumber(standing) }
}
