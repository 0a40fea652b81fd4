/** Effort: FlowCoach's three buckets, and the verbs that imply a quick task. */

export const BUCKETS = ['2min', '10min', '30plus'] as const
export type Bucket = (typeof BUCKETS)[number]

/** The longest estimate, in minutes, of a two-minute task. */
const TWO_MINUTE_LIMIT_MINUTES = 5
/** The longest estimate, in minutes, of the middle bucket; a longer task is a project candidate. */
const TEN_MINUTE_LIMIT_MINUTES = 15
/** The longest estimate that is accepted, in minutes: one week. */
export const MAX_MINUTES = 7 * 24 * 60

/** The minutes that a bucket implies for a task without an estimate of its own. */
const BUCKET_MINUTES: Readonly<Record<Bucket, number>> = { '2min': 2, '10min': 10, '30plus': 30 }

const QUICK_VERBS: ReadonlySet<string> = new Set([
  'call',
  'check',
  'confirm',
  'dm',
  'e-mail',
  'email',
  'file',
  'forward',
  'log',
  'mail',
  'message',
  'msg',
  'pay',
  'phone',
  'ping',
  'record',
  'reply',
  'respond',
  'review',
  'save',
  'send',
  'text',
  'update',
  'verify',
])

/** FlowCoach's rule: up to 5 minutes `2min`, up to 15 `10min`, over 15 `30plus`. */
export function bucketOfMinutes(minutes: number): Bucket {
  if (minutes <= TWO_MINUTE_LIMIT_MINUTES) return '2min'
  return minutes <= TEN_MINUTE_LIMIT_MINUTES ? '10min' : '30plus'
}

/** FlowCoach's rule: a title whose first word is a quick verb (email, call, pay ...) takes about ten minutes. */
export function startsQuickly(title: string): boolean {
  const first = title.trimStart().slice(0, 24).split(/\s/, 1)[0] ?? ''
  return QUICK_VERBS.has(first.toLowerCase().replace(/[,.:;!?]$/, ''))
}

/** The bucket of a task: by its minutes, otherwise by its first verb, otherwise unknown (then ask "how long?"). */
export function bucketOf(title: string, minutes: number | null): Bucket | null {
  if (minutes !== null) return bucketOfMinutes(minutes)
  return startsQuickly(title) ? '10min' : null
}

/** FlowCoach's rule: over 15 minutes, a task may really be a project. */
export function isProjectCandidate(bucket: Bucket | null): boolean {
  return bucket === '30plus'
}

/** The minutes of a task: its estimate, otherwise what its effort implies; undefined: nobody knows. */
export function knownMinutes(task: {
  readonly minutes: number | null
  readonly bucket: Bucket | null
}): number | undefined {
  if (task.minutes !== null) return task.minutes
  return task.bucket === null ? undefined : BUCKET_MINUTES[task.bucket]
}
