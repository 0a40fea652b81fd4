/** What must hold of a run that has ended, whatever happened on the way: pure checks over the rows that it left. */

export interface RunFacts {
  readonly id: string
  readonly state: string
  readonly reason: string | null
  readonly lastEvent: number
  readonly capTokens: number | null
  readonly spentTokens: number
  readonly treeSpentTokens: number
  readonly treeReservedTokens: number
  readonly treeReservedUsdMicros: number
}

export interface EventFacts {
  readonly position: number
  readonly type: string
  readonly stepId: string | undefined
  /** Of a step. */
  readonly state: string | undefined
}

export interface StepFacts {
  readonly id: string
  readonly number: number
  readonly kind: string
  readonly state: string
  readonly tokens: number
  readonly reservedTokens: number
}

export const FAULT_KINDS = ['state', 'lost', 'doubled', 'budget', 'events'] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

export interface Fault {
  readonly kind: FaultKind
  readonly words: string
}

export interface RunRecord {
  readonly run: RunFacts
  readonly events: readonly EventFacts[]
  readonly steps: readonly StepFacts[]
}

const END_EVENTS = ['run.succeeded', 'run.failed', 'run.cancelled']

/** `expected`: states in which it may have ended, as `succeeded` or `failed/budget_exceeded`. */
export function checkRun(record: RunRecord, expected: readonly string[]): Fault[] {
  return [
    ...checkState(record, expected),
    ...checkEvents(record),
    ...checkSteps(record),
    ...checkSpending(record),
  ]
}

function checkState({ run }: RunRecord, expected: readonly string[]): Fault[] {
  const is = [run.state, `${run.state}/${run.reason}`]
  if (expected.some((state) => is.includes(state))) return []
  return [{ kind: 'state', words: `${run.id} is ${is[1]}, not ${expected.join(' or ')}` }]
}

function checkEvents({ run, events }: RunRecord): Fault[] {
  const say = (words: string): Fault => ({ kind: 'events', words: `${run.id}: ${words}` })
  const faults: Fault[] = []
  const positions = events.map(({ position }) => position)
  if (positions.some((position, index) => position !== index + 1)) {
    faults.push(say(`its events are ${positions.join(', ')}`))
  }
  if (positions.length !== run.lastEvent) {
    faults.push(say(`it has ${positions.length} events and says ${run.lastEvent}`))
  }
  if (events[0]?.type !== 'run.created') faults.push(say(`it begins with ${events[0]?.type}`))
  const ends = events.filter(({ type }) => END_EVENTS.includes(type))
  if (ends.length !== 1) faults.push(say(`it has ${ends.length} ends`))
  const last = events.at(-1)?.type
  if (last !== `run.${run.state}`) faults.push(say(`its last event is ${last}, and it is ${run.state}`))
  return faults
}

const OPEN_STATES = ['planned', 'started', 'waiting', 'unknown']

function checkSteps({ run, steps, events }: RunRecord): Fault[] {
  const faults: Fault[] = []
  const numbers = steps.map(({ number }) => number)
  if (numbers.some((number, index) => number !== index + 1)) {
    faults.push({ kind: 'events', words: `${run.id}: its steps are ${numbers.join(', ')}` })
  }
  for (const step of steps) {
    const finished = events.filter((event) => finishes(event, step)).length
    const isOpen = OPEN_STATES.includes(step.state)
    if (isOpen && run.state === 'succeeded') {
      faults.push({ kind: 'state', words: `${run.id}: step ${step.number} is still ${step.state}` })
    }
    const wanted = isOpen || step.kind === 'message' ? 0 : 1
    if (finished === wanted) continue
    // Whether it can be told to have finished twice, or never.
    const words = `${run.id}: step ${step.number} (${step.kind}, ${step.state}) has ${finished} step.finished`
    faults.push({ kind: 'events', words })
  }
  return faults
}

/** That nobody knows whether it happened is no end: a person settles it, and it may be done anew. */
function finishes({ type, stepId, state }: EventFacts, step: StepFacts): boolean {
  return type === 'step.finished' && stepId === step.id && state !== 'unknown'
}

function checkSpending({ run, steps }: RunRecord): Fault[] {
  const say = (words: string): Fault => ({ kind: 'budget', words: `${run.id}: ${words}` })
  const faults: Fault[] = []
  if (run.treeReservedTokens !== 0 || run.treeReservedUsdMicros !== 0) {
    faults.push(say(`${run.treeReservedTokens} tokens are still reserved`))
  }
  if (run.capTokens !== null && run.treeSpentTokens > run.capTokens) {
    faults.push(say(`it spent ${run.treeSpentTokens} of ${run.capTokens} tokens`))
  }
  const ofSteps = steps.reduce((sum, { tokens }) => sum + tokens, 0)
  if (ofSteps !== run.spentTokens) {
    faults.push(say(`its steps cost ${ofSteps} tokens, and it says ${run.spentTokens}`))
  }
  const held = steps.filter(({ reservedTokens }) => reservedTokens !== 0)
  if (held.length > 0) faults.push(say(`${held.length} of its steps hold a reservation`))
  return faults
}
