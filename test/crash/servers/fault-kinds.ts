/** The faults that are done, at which spot, and to whom. */
import type { Spot } from '../harness/trap.ts'
import type { Trouble } from './delivery-server.ts'

export type Harm =
  | 'kill'
  | 'freeze'
  /** Every connection to its stores. */
  | 'drop'
  /** The one connection on which something was on its way. */
  | 'cut'
  /** PostgreSQL ends all sessions. */
  | 'terminate'
  /** kill -9 of Redis, which comes back with its files. */
  | 'restart'
  /** Of a receiver of webhooks. */
  | Trouble

/** What a person does in that very moment; a schedule's moment is when it is due. */
export const ACTS = ['pause', 'resume', 'steer', 'answer', 'decide', 'cancel', 'schedule'] as const
export type Act = (typeof ACTS)[number]

/**
 * Work without a run. `inbox`: reports become calls; `outbox`: events reach a receiver; `clock`: due moments are called;
 * `missed`: those that the clock was set past; `slack`: messages become tasks and replies; `move`: a large project goes to
 * another team.
 */
export type FlowName = 'inbox' | 'outbox' | 'clock' | 'missed' | 'slack' | 'move'

export interface Injection {
  readonly harm: Harm
  readonly target: 'worker' | 'gateway' | 'model' | 'tool' | 'receiver' | 'slack' | 'postgres' | 'redis'
  readonly spot: Spot
  /** Who passes the spot. */
  readonly passer: 'worker' | 'gateway'
  /** The gateway passes the spot for it; where a worker does, it is done once the worker was hurt. */
  readonly act?: Act
  /** What is under way in place of runs. */
  readonly flow?: FlowName
}

const of = (
  harm: Harm,
  target: Injection['target'],
  [passer, ...spots]: readonly [Injection['passer'], ...Spot[]],
): Injection[] => spots.map((spot) => ({ harm, target, spot, passer }))

const STAND_IN_SPOTS = [
  'model.asked',
  'model.midway',
  'model.ending',
  'effect.arrived',
  'effect.counted',
] as const
const COMMITS = ['commit.before', 'commit.done'] as const

/** What can be done with PostgreSQL and no Redis. */
const SERVER_INJECTIONS: readonly Injection[] = [
  ...of('kill', 'worker', ['worker', ...STAND_IN_SPOTS, ...COMMITS]),
  ...of('freeze', 'worker', ['worker', ...STAND_IN_SPOTS, ...COMMITS]),
  ...of('drop', 'worker', ['worker', 'model.midway', 'effect.counted', 'commit.before', 'commit.done']),
  ...of('kill', 'gateway', ['gateway', ...COMMITS]),
  ...of('kill', 'gateway', ['worker', 'model.midway', 'effect.counted', 'commit.done']),
  ...of('freeze', 'gateway', ['gateway', ...COMMITS]),
  ...of('freeze', 'gateway', ['worker', 'model.midway', 'effect.counted']),
  ...of('drop', 'gateway', ['gateway', ...COMMITS]),
  ...of('cut', 'model', ['worker', 'model.asked', 'model.midway', 'model.ending']),
  ...of('cut', 'tool', ['worker', 'effect.arrived', 'effect.counted']),
  ...of('cut', 'postgres', ['worker', ...COMMITS]),
  ...of('cut', 'postgres', ['gateway', ...COMMITS]),
  ...of('terminate', 'postgres', ['worker', 'model.midway', 'effect.counted', 'commit.before']),
  ...of('terminate', 'postgres', ['gateway', 'commit.before']),
]

const BUT_SCHEDULES = ACTS.filter((act) => act !== 'schedule')

const during = (acts: readonly Act[], injections: readonly Injection[]): Injection[] =>
  acts.flatMap((act) => injections.map((injection) => ({ ...injection, act })))

/** The same while a person does something to a run. */
const ACT_INJECTIONS: readonly Injection[] = [
  ...during(ACTS, [
    ...of('kill', 'gateway', ['gateway', 'commit.done']),
    ...of('cut', 'postgres', ['gateway', 'commit.done']),
  ]),
  ...during(BUT_SCHEDULES, [
    ...of('kill', 'gateway', ['gateway', 'commit.before']),
    ...of('freeze', 'gateway', ['gateway', 'commit.done']),
  ]),
  ...during(
    ['pause', 'steer', 'cancel'],
    [
      ...of('kill', 'worker', ['worker', 'effect.counted']),
      ...of('freeze', 'worker', ['worker', 'model.midway', 'effect.arrived', 'commit.before']),
    ],
  ),
  ...during(
    ['schedule'],
    [
      ...of('kill', 'worker', ['worker', 'commit.before']),
      ...of('freeze', 'worker', ['worker', ...COMMITS]),
      ...of('terminate', 'postgres', ['worker', 'commit.before']),
    ],
  ),
]

const REDIS_INJECTIONS: readonly Injection[] = [
  ...of('drop', 'redis', ['worker', 'model.midway', 'effect.counted', 'commit.done']),
  ...of('restart', 'redis', ['worker', 'model.asked', 'commit.done']),
  ...of('restart', 'redis', ['gateway', 'commit.before', 'commit.done']),
]

/** The world that an injection needs. */
export interface Possible {
  readonly store: 'embedded' | 'server'
  readonly hasRedis: boolean
}

export function injectionsOfRuns({ store, hasRedis }: Possible): readonly Injection[] {
  if (store === 'embedded') return []
  const both = [...SERVER_INJECTIONS, ...ACT_INJECTIONS]
  return hasRedis ? [...both, ...REDIS_INJECTIONS] : both
}

const inFlow = (flow: FlowName, injections: readonly Injection[]): Injection[] =>
  injections.map((injection) => ({ ...injection, flow }))

const EFFECTS = ['effect.arrived', 'effect.counted'] as const
const POSTED = ['post.arrived', 'post.counted'] as const
const MOVED = ['batch.before', 'batch.done', 'step.before', 'step.done'] as const
const DELIVERED = ['delivery.arrived', 'delivery.counted'] as const

/** What the one process of an embedded store can suffer as well: nobody sees its statements. */
const EMBEDDED_FLOWS: readonly Injection[] = [
  ...inFlow('inbox', [
    ...of('kill', 'worker', ['worker', ...EFFECTS]),
    ...of('cut', 'tool', ['worker', ...EFFECTS]),
  ]),
  ...inFlow('outbox', [
    ...of('kill', 'worker', ['worker', ...DELIVERED]),
    ...of('cut', 'receiver', ['worker', ...DELIVERED]),
    ...of('down', 'receiver', ['worker', 'delivery.arrived']),
    ...of('fault', 'receiver', ['worker', 'delivery.arrived']),
    ...of('slow', 'receiver', ['worker', 'delivery.arrived']),
  ]),
  ...inFlow('clock', of('kill', 'worker', ['worker', ...EFFECTS])),
  ...inFlow('missed', of('kill', 'worker', ['worker', ...EFFECTS])),
]

const SERVER_FLOWS: readonly Injection[] = [
  ...inFlow('inbox', [
    ...of('kill', 'worker', ['worker', 'claim.done', 'mapping.before', 'mapping.done', ...COMMITS]),
    ...of('freeze', 'worker', ['worker', 'claim.done', 'commit.before', 'effect.counted']),
    ...of('drop', 'worker', ['worker', 'claim.done', 'commit.done']),
    ...of('kill', 'gateway', ['gateway', 'report.before', 'report.done']),
    ...of('freeze', 'gateway', ['gateway', 'report.done']),
    ...of('drop', 'gateway', ['gateway', 'report.before']),
    ...of('cut', 'postgres', ['gateway', 'report.done']),
    ...of('cut', 'postgres', ['worker', 'claim.done', 'commit.done']),
    ...of('terminate', 'postgres', ['gateway', 'report.before']),
    ...of('terminate', 'postgres', ['worker', 'commit.before']),
  ]),
  ...inFlow('outbox', [
    ...of('kill', 'worker', ['worker', 'claim.done', 'outcome.before', 'outcome.done']),
    ...of('freeze', 'worker', ['worker', 'claim.done', 'delivery.counted', 'outcome.before']),
    ...of('drop', 'worker', ['worker', 'delivery.arrived', 'outcome.before']),
    ...of('kill', 'gateway', ['gateway', ...COMMITS]),
    ...of('cut', 'postgres', ['worker', 'claim.done', 'outcome.done']),
    ...of('terminate', 'postgres', ['worker', 'outcome.before']),
  ]),
  ...inFlow('clock', [
    ...of('kill', 'worker', ['worker', ...COMMITS]),
    ...of('freeze', 'worker', ['worker', ...COMMITS, 'effect.counted']),
    ...of('cut', 'postgres', ['worker', 'commit.done']),
    ...of('terminate', 'postgres', ['worker', 'commit.before']),
  ]),
  ...inFlow('missed', [
    ...of('kill', 'worker', ['worker', ...COMMITS, 'move.before', 'move.done']),
    ...of('freeze', 'worker', ['worker', 'commit.before', 'effect.arrived']),
    ...of('cut', 'postgres', ['worker', 'commit.done', 'move.done']),
  ]),
  ...inFlow('slack', [
    ...of('kill', 'worker', [
      'worker',
      'claim.done',
      ...COMMITS,
      ...POSTED,
      'outcome.before',
      'outcome.done',
    ]),
    // A post that arrives at Slack after its sender was given up cannot be told from a new one: none is frozen before it.
    ...of('freeze', 'worker', ['worker', 'claim.done', 'commit.before', 'post.counted', 'outcome.before']),
    ...of('drop', 'worker', ['worker', 'commit.done', 'post.arrived', 'outcome.before']),
    ...of('kill', 'gateway', ['gateway', 'report.before', 'report.done']),
    ...of('freeze', 'gateway', ['gateway', 'report.done']),
    ...of('drop', 'gateway', ['gateway', 'report.before']),
    ...of('cut', 'slack', ['worker', ...POSTED]),
    ...of('cut', 'postgres', ['gateway', 'report.done']),
    ...of('cut', 'postgres', ['worker', 'commit.done', 'outcome.done']),
    ...of('terminate', 'postgres', ['worker', 'commit.before']),
  ]),
  ...inFlow('move', [
    ...of('kill', 'worker', ['worker', ...MOVED, ...COMMITS]),
    ...of('freeze', 'worker', ['worker', ...MOVED, 'commit.before']),
    ...of('drop', 'worker', ['worker', ...MOVED]),
    ...of('kill', 'gateway', ['gateway', ...COMMITS]),
    ...of('cut', 'postgres', ['worker', ...MOVED, 'commit.done']),
    ...of('terminate', 'postgres', ['worker', 'batch.before', 'step.before', 'commit.before']),
  ]),
]

export function injectionsOfFlows({ store }: Possible): readonly Injection[] {
  return store === 'embedded' ? EMBEDDED_FLOWS : [...EMBEDDED_FLOWS, ...SERVER_FLOWS]
}
