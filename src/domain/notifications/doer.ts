/** Who did something, in the words of a notification. */
import { ID_SUFFIX } from '../../core/operation/ids.ts'

const DOERS = { key: 'A service', run: 'An agent', hook: 'A hook' } as const

const DOER_ID = new RegExp(`^(key|run|hook)_${ID_SUFFIX}$`)

/** A person by their id. The ids of other callers say nothing to a person. */
export function doerWords(by: string): string {
  const kind = DOER_ID.exec(by)?.[1] as keyof typeof DOERS | undefined
  return kind === undefined ? by : DOERS[kind]
}
