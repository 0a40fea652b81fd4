/** The faults that are done, at which spot, and to whom. */
import type { Spot } from '../harness/trap.ts'

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

/** What a person does in that very moment; a schedule's moment is when it is due. */
export const ACTS = ['pause', 'resume', 'steer', 'answer', 'decide', 'cancel', 'schedule'] as const
export type Act = (typeof ACTS)[number]

export interface Injection {
  readonly harm: Harm
  readonly target: 'worker' | 'gateway' | 'model' | 'tool' | 'postgres' | 'redis'
  readonly spot: Spot
  /** Who passes the spot. */
  readonly passer: 'worker' | 'gateway'
  /** The gateway passes the spot for it; where a worker does, it is done once the worker was hurt. */
  readonly act?: Act
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

export function injectionsFor({ hasRedis }: { readonly hasRedis: boolean }): readonly Injection[] {
  const both = [...SERVER_INJECTIONS, ...ACT_INJECTIONS]
  return hasRedis ? [...both, ...REDIS_INJECTIONS] : both
}
