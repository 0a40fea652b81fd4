/** Rituals: how a person begins, checks and ends a day, chooses a week and reviews it, over all of their tasks. */
import { defineArea } from '../../core/area/area.ts'
import { defineHomeSection } from '../../core/area/home-section.ts'
import { defineJob } from '../../core/area/job.ts'
import { ritualDue, ritualMessage } from '../../domain/rituals/ritual-message.ts'
import { checkIn } from './check-in.ts'
import { getPreferences } from './get-preferences.ts'
import { ritualIntents } from './intents.ts'
import { listOutcomes } from './list-outcomes.ts'
import { markOutcome } from './mark-outcome.ts'
import { markTask } from './mark-task.ts'
import { listContexts } from './review/list-contexts.ts'
import { listDeepWork } from './review/list-deep-work.ts'
import { listHabits } from './review/list-habits.ts'
import { listSomeday } from './review/list-someday.ts'
import { listStagnant } from './review/list-stagnant.ts'
import { listStale } from './review/list-stale.ts'
import { listUnsorted } from './review/list-unsorted.ts'
import { scoreTask } from './review/score-task.ts'
import { showAudit } from './review/show-audit.ts'
import { showReview } from './review/show-review.ts'
import { takeStep } from './review/take-step.ts'
import { setOutcomes } from './set-outcomes.ts'
import { setPreferences } from './set-preferences.ts'
import { showBrief } from './show-brief.ts'
import { showProgress } from './show-progress.ts'
import { showWrap } from './show-wrap.ts'
import { tellPeople } from './tell-people.ts'

/** Milliseconds between two looks for people whose ritual is due. */
const TELL_EVERY_MS = 60 * 1000

export const rituals = defineArea({
  name: 'rituals',
  events: [ritualDue],
  messages: [ritualMessage],
  jobs: [
    defineJob({ name: 'rituals-tell', when: { everyMs: TELL_EVERY_MS }, operation: tellPeople, input: {} }),
  ],
  home: [defineHomeSection({ title: 'Brief', order: 150, operation: showBrief, input: {} })],
  intents: ritualIntents,
  operations: [
    showBrief,
    checkIn,
    showWrap,
    markTask,
    listOutcomes,
    setOutcomes,
    markOutcome,
    showProgress,
    showReview,
    takeStep,
    showAudit,
    listUnsorted,
    listStale,
    listSomeday,
    listContexts,
    listDeepWork,
    scoreTask,
    listStagnant,
    listHabits,
    getPreferences,
    setPreferences,
    tellPeople,
  ],
})
