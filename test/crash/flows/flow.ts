/** What comes in, what goes out, and what the clock calls: work without a run, done while one fault happens. */
import type { Fault } from '../harness/check-run.ts'
import type { Random } from '../harness/random.ts'
import type { ServerWorld, World } from '../harness/world.ts'
import type { FlowName, Injection } from '../servers/fault-kinds.ts'

/** An embedded store is not read from outside, and its waits end by themselves. */
export type FlowWorld = World & Partial<Pick<ServerWorld, 'database' | 'terminateSessions' | 'endWaits'>>

export interface FlowOptions {
  readonly id: string
  readonly flow: FlowName
  readonly injection: Injection
  readonly random: Random
}

/** One flow that is under way. */
export interface Flow {
  /** How often its spots are passed at least: the fault is done at one of these passings. */
  readonly passings: number
  /** What is to be done, again and again until it is accepted. */
  act(): Promise<void>
  /** Whether all of it was done. */
  isOver(): Promise<boolean>
  /** What was lost, doubled or out of order. */
  check(): Promise<Fault[]>
  /** Removes what would go on. */
  end(): Promise<void>
}

/** Sets up all that `act` needs, before any fault. */
export type OpenFlow = (world: FlowWorld, options: FlowOptions) => Promise<Flow>

/** One of each is right. */
export function checkOnce(label: string, times: number, wanted = 1): Fault[] {
  if (times === wanted) return []
  const kind = times < wanted ? 'lost' : 'doubled'
  return [{ kind, words: `${label} happened ${times} times, not ${wanted}` }]
}

interface Listed {
  readonly items: readonly Readonly<Record<string, unknown>>[]
}

/** The most that one list answers with. */
const PAGE = 100

export async function listAll(
  { client }: World,
  name: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Listed['items']> {
  const { items } = (await client.callUntilDone(name, { ...input, limit: PAGE }, '')) as Listed
  return items
}

/** How often a task of this title was made, or an effect counted with a key of its own. */
export async function timesOf(world: World, label: string): Promise<number> {
  const titled = await listAll(world, 'tasks.list', { text: label })
  const keys = world.counting.calls.filter((call) => call.label === label).map(({ key }) => key)
  return titled.filter(({ title }) => title === label).length + new Set(keys).size
}
