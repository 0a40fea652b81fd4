/** What runs delete after a while: the keys of their processes. */
import { defineExpiry } from '../../core/area/expiry.ts'
import { deleteEndedRunKeys } from '../../domain/runs/hold/run-keys.ts'

export const runExpiries = [defineExpiry({ name: 'runKeys', deletePast: ({ db }) => deleteEndedRunKeys(db) })]
