/** Reports: the outcomes of runs over time. */
import { defineArea } from '../../core/area/area.ts'
import { reportRuns } from './report-runs.ts'

export const reports = defineArea({
  name: 'reports',
  operations: [reportRuns],
})
