/** The tools of a run itself: a question to the person, a goal for another agent, a file, and the verdict. */
import type { z } from 'zod'
import { checkInput, invalidInput } from '../../core/call/input.ts'
import { AppError } from '../../core/errors.ts'
import { toSchema } from '../../core/schema/json-schema.ts'
import { readJsonTexts } from '../../core/schema/json-texts.ts'
import { decide } from '../../domain/agents/spec/policy.ts'
import { askApproval } from '../../domain/runs/approvals/approvals.ts'
import { addArtifact } from '../../domain/runs/artifacts/artifacts.ts'
import { holdToAct } from '../../domain/runs/hold/hold-run.ts'
import { countChildren } from '../../domain/runs/hold/keep-run.ts'
import { startRun } from '../../domain/runs/moves/start-run.ts'
import type { StepRow } from '../../domain/runs/steps/steps.ts'
import { finishToolStep, waitToolStep } from '../../domain/runs/steps/tool-steps.ts'
import type { RunSession, Standing } from '../runs/executor.ts'
import { actorOf } from '../runs/run-session.ts'
import { readToolRequest } from './stored.ts'
import { LOOP_INPUTS, type LoopTool } from './tools.ts'
import { VERDICT_TOOL } from './verdict.ts'

/** How far below the run at the top one may delegate. */
const DEPTH_MAX = 3
/** Runs that one run may start. */
const CHILDREN_MAX = 10

interface LoopCall {
  readonly standing: Standing
  readonly step: StepRow
  readonly name: LoopTool
}

type LoopInput<Name extends LoopTool> = z.output<(typeof LOOP_INPUTS)[Name]>

/** @throws AppError that tells the agent what is wrong */
export async function callLoopTool(session: RunSession, call: LoopCall): Promise<void> {
  const { step, name } = call
  const { input } = readToolRequest(step)
  switch (name) {
    case 'ask_person':
      return await askPerson(session, step, parse('ask_person', input))
    case 'delegate': {
      const goal = parse('delegate', input)
      if (await isHeldBack(session, call, goal.agent)) return undefined
      return await delegate(session, step, goal)
    }
    case 'save_artifact': {
      const file = parse('save_artifact', input)
      if (await isHeldBack(session, call)) return undefined
      return await saveArtifact(session, step, file)
    }
    case VERDICT_TOOL:
      return await giveVerdict(session, step, parse(VERDICT_TOOL, input))
  }
}

function parse<Name extends LoopTool>(name: Name, input: unknown): LoopInput<Name> {
  const schema: z.ZodObject = LOOP_INPUTS[name]
  const inputSchema = toSchema(schema, 'input')
  const checked = checkInput({ input: schema, inputSchema }, readJsonTexts(inputSchema, input))
  if ('issues' in checked) throw invalidInput(name, checked.issues)
  return checked.data as LoopInput<Name>
}

/** The policy's word on a tool of the run: one that is asked about waits for a person. */
async function isHeldBack(
  { run, hold, transaction }: RunSession,
  { standing, step, name }: LoopCall,
  agent?: string,
): Promise<boolean> {
  const { input, approved } = readToolRequest(step)
  if (approved) return false
  const proposed = { operation: name, effect: 'write', input, ...(agent !== undefined && { agent }) } as const
  const { verdict, why } = decide(run.agent.approvals, proposed, standing.run.alwaysAllowed)
  if (verdict === 'allow') return false
  if (verdict === 'refuse') {
    throw new AppError('forbidden', `The policy does not let you call ${name}: ${why}.`)
  }
  const asked = { operation: name, effect: 'write', input, why } as const
  await transaction((writes) => askApproval(writes, hold, { stepId: step.id, call: asked }))
  return true
}

async function askPerson(
  { transaction, hold }: RunSession,
  step: StepRow,
  { question }: LoopInput<'ask_person'>,
): Promise<void> {
  const event = { type: 'question.asked', data: { stepId: step.id, question } }
  await transaction((writes) => waitToolStep(writes, hold, { stepId: step.id, events: [event] }))
}

/** The other run is there if and only if this step waits for it. */
async function delegate(
  { transaction, hold, operations }: RunSession,
  step: StepRow,
  { agent, goal, budgetUsd }: LoopInput<'delegate'>,
): Promise<void> {
  await transaction(async (writes, resources) => {
    const run = await holdToAct(writes, hold)
    if (run.depth >= DEPTH_MAX) throw tooMany(`Runs delegate ${DEPTH_MAX} levels deep at most.`)
    if ((await countChildren(writes.db, run.id)) >= CHILDREN_MAX) {
      throw tooMany(`One run delegates ${CHILDREN_MAX} times at most.`)
    }
    const ctx = { ...resources, ...writes, operations, actor: actorOf(run) }
    const template = {
      agent,
      goal,
      priority: run.priority,
      ...(budgetUsd !== undefined && { budget: { usd: budgetUsd } }),
    }
    const child = await startRun(ctx, template, { door: 'worker', parent: { run, stepId: step.id } })
    const event = { type: 'child.started', data: { runId: child.id, agent } }
    await waitToolStep(writes, hold, { stepId: step.id, events: [event] })
  })
}

function tooMany(message: string): AppError {
  return new AppError('forbidden', message, { fix: 'Do this piece yourself, or name it as not done.' })
}

async function saveArtifact(
  { transaction, hold }: RunSession,
  step: StepRow,
  file: LoopInput<'save_artifact'>,
): Promise<void> {
  await transaction(async (writes) => {
    const run = await holdToAct(writes, hold)
    const { id, name, sizeBytes } = await addArtifact(writes, { run, stepId: step.id, ...file })
    const text = `Saved ${name} (${sizeBytes} bytes) as ${id}.`
    await finishToolStep(writes, hold, { stepId: step.id, state: 'done', result: { text, isError: false } })
  })
}

async function giveVerdict(
  { transaction, hold }: RunSession,
  step: StepRow,
  output: LoopInput<typeof VERDICT_TOOL>,
): Promise<void> {
  const result = { text: `The verdict is ${output.verdict}.`, isError: false, output }
  await transaction((writes) => finishToolStep(writes, hold, { stepId: step.id, state: 'done', result }))
}
