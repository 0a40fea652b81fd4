/** Reports: the outcomes of runs over time. */
import { defineArea } from '../../core/area/area.ts'
import { reportIntents } from './intents.ts'
import { reportRuns } from './report-runs.ts'

export const reports = defineArea({
  name: 'reports',
  intents: reportIntents,
  operations: [reportRuns],
})
