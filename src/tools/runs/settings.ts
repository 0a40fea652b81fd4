/** Settings of runs. */
import { defineSetting } from '../../core/area/setting.ts'
import { integer } from '../../core/area/setting-forms.ts'
import { OPEN_RUNS_PER_PERSON } from '../../domain/runs/states.ts'

const OPEN_RUNS_MAX = 1_000_000

export const openRuns = defineSetting({
  variable: 'SWITCHBOARD_OPEN_RUNS',
  description:
    'How many runs of one person may be open at once: queued, put off, working or waiting. One key may have half as many.',
  takes: `a number from 1 to ${OPEN_RUNS_MAX}`,
  default: String(OPEN_RUNS_PER_PERSON),
  schema: integer(1, OPEN_RUNS_MAX, OPEN_RUNS_PER_PERSON),
})
