/** What a run of the crash harness is told to do: effects in rounds, each with a label that is seen again at its end. */
import type { Random } from './random.ts'

/**
 * `count` and `erase` take their key outside; `fire` happens anew whenever it is called; `task` is a row of ours; `ask` is
 * a question to a person; `child` is another run with a plan of its own.
 */
export type ItemKind = 'count' | 'fire' | 'erase' | 'task' | 'ask' | 'child'

export interface Item {
  readonly kind: ItemKind
  readonly label: string
  /** Of a child, whose id is the label. */
  readonly plan?: Plan
}

export interface Plan {
  readonly id: string
  /** What is asked for in one answer of the model, round after round. */
  readonly rounds: readonly (readonly Item[])[]
}

export const MARK = 'Do this plan: '

export function goalOf(plan: Plan): string {
  return `${MARK}${JSON.stringify(plan)}`
}

/** Finds the plan in a text that holds a goal; undefined where there is none. */
export function readPlan(text: string): Plan | undefined {
  const from = text.indexOf(MARK)
  if (from < 0) return undefined
  const [line = ''] = text.slice(from + MARK.length).split('\n')
  // What follows the goal on its line is not ours.
  const end = line.lastIndexOf('}')
  try {
    return JSON.parse(line.slice(0, end + 1)) as Plan
  } catch {
    return undefined
  }
}

export function itemsOf(plan: Plan): Item[] {
  return plan.rounds.flat()
}

/** The plan and those of all children. */
export function plansOf(plan: Plan): Plan[] {
  return [plan, ...itemsOf(plan).flatMap((item) => (item.plan ? plansOf(item.plan) : []))]
}

/** Rounds of kinds; a seed picks one for each run. */
export type Shape = readonly (readonly ItemKind[])[]

/** Without what waits for a person. */
export const PLAIN_SHAPES: readonly Shape[] = [
  [['count'], ['task'], ['count', 'task']],
  [['task', 'task'], ['count'], ['count']],
]
/** With something that a person must approve. */
export const ERASING_SHAPES: readonly Shape[] = [
  [['erase'], ['count', 'task']],
  [['task'], ['erase', 'count'], ['fire']],
]
export const ASKING_SHAPES: readonly Shape[] = [
  [['ask'], ['ask', 'count'], ['task']],
  [['task', 'ask'], ['count'], ['ask']],
]
/** Without children. */
export const LONE_SHAPES: readonly Shape[] = [
  ...PLAIN_SHAPES,
  [['count', 'count'], ['fire'], ['task']],
  [['fire'], ['task', 'count']],
  ...ERASING_SHAPES,
  ...ASKING_SHAPES,
]
export const PARENT_SHAPES: readonly Shape[] = [
  [['child', 'task'], ['count']],
  [['child', 'child', 'count'], ['task']],
]
const SHAPES: readonly Shape[] = [...LONE_SHAPES, ...PARENT_SHAPES]

export function makePlan(random: Random, id: string, shapes = SHAPES): Plan {
  const shape = shapes[random.below(shapes.length)] ?? []
  let count = 0
  const rounds = shape.map((kinds) =>
    kinds.map((kind) => {
      count += 1
      const label = `${id}-${kind}-${count}`
      return { kind, label, ...(kind === 'child' && { plan: makePlan(random, label, LONE_SHAPES) }) }
    }),
  )
  return { id, rounds }
}
