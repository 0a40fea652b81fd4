/** What people type about their rituals. */
import { defineIntent } from '../../core/intent/intent.ts'
import { PERIODS } from '../../domain/rituals/progress.ts'
import { isRitual, isTime, outcomesIn, ritualIn, timeIn } from '../../domain/rituals/talk.ts'
import { checkIn } from './check-in.ts'
import { getPreferences } from './get-preferences.ts'
import { listOutcomes } from './list-outcomes.ts'
import { markOutcome } from './mark-outcome.ts'
import { listHabits } from './review/list-habits.ts'
import { listUnsorted } from './review/list-unsorted.ts'
import { showAudit } from './review/show-audit.ts'
import { showReview } from './review/show-review.ts'
import { setOutcomes } from './set-outcomes.ts'
import { setPreferences } from './set-preferences.ts'
import { showBrief } from './show-brief.ts'
import { showProgress } from './show-progress.ts'
import { showWrap } from './show-wrap.ts'

const isNumber = (text: string) => /^[1-3]$/.test(text)
const periodIn = (text = '') => PERIODS.find((period) => period === text.toLowerCase())

export const ritualIntents = [
  defineIntent({
    name: 'brief',
    order: 570,
    says: [
      '[show|give] [me] [my|the] [morning|daily] (brief|briefing)',
      'brief me',
      '(run|start|do) [my|the] brief',
    ],
    example: 'brief',
    does: 'Show the morning brief: what matters most today',
    operation: showBrief,
    input: () => ({}),
  }),
  defineIntent({
    name: 'check-in',
    order: 572,
    says: ['[midday] (check in|check-in|checkin)', "(how is|how's) my day going"],
    example: 'check in',
    does: 'Show what of today is done, and what is left',
    operation: checkIn,
    input: () => ({}),
  }),
  defineIntent({
    name: 'wrap',
    order: 574,
    says: [
      '[show] [me] [my|the] [evening|daily] (wrap|wrap-up|wrap up)',
      'wrap up [my|the|for] (day|today)',
      '(do|start|run) [my|the] [evening|daily] (wrap|wrap-up|wrap up)',
      'what did i do today',
    ],
    example: 'wrap',
    does: 'Wrap up the day: what is completed, and what is still open',
    operation: showWrap,
    input: () => ({}),
  }),
  defineIntent({
    name: 'outcomes',
    order: 576,
    says: [
      '[show] [me] [my|the] [weekly] outcomes [of|for] [this week|the week]',
      "(what are|what's|what is) [my|the] [weekly] (outcome|outcomes) [of|for] [this week|the week]",
    ],
    example: 'outcomes',
    does: 'Show your outcomes of this week',
    operation: listOutcomes,
    input: () => ({}),
    asks: ({ items }) =>
      items.length > 0
        ? undefined
        : { text: 'For example: "outcomes Ship the beta; Hire a designer".', answers: [] },
  }),
  defineIntent({
    name: 'switch-ritual',
    order: 578,
    says: [
      '[my|the] <ritual> [every (day|morning|evening)] [at] <time>',
      '<ritual> me [every (day|morning)] at <time>',
      '(turn|switch) <time> [my|the] <ritual>',
      '(turn|switch) [my|the] <ritual> <time>',
      '(schedule|set|move|send|give|show) [me] [my|the] <ritual> [at|to|for] <time>',
      '(stop|no) [sending] [me] [my|the] [more] <stopped>',
    ],
    slots: { ritual: isRitual, stopped: isRitual, time: isTime },
    example: 'brief at 8:30',
    does: 'Be told of a ritual at a time; "brief off" for never',
    operation: setPreferences,
    input: ({ words: { stopped, ritual = stopped ?? '', time = stopped === undefined ? '' : 'off' } }) => {
      const named = ritualIn(ritual) ?? 'brief'
      return { [named]: timeIn(time, named) }
    },
  }),
  defineIntent({
    name: 'set-outcomes',
    order: 580,
    says: ['[set] [my] [weekly] outcomes [are|to] <texts>'],
    example: 'outcomes Ship the beta; Hire a designer',
    does: 'Set up to three outcomes of this week, with ; between them',
    operation: setOutcomes,
    input: ({ words: { texts = '' } }) => ({ outcomes: outcomesIn(texts) }),
  }),
  defineIntent({
    name: 'achieve-outcome',
    order: 582,
    says: ['(achieved|reached) [outcome] <number>', 'outcome <number> [is] (achieved|reached|done)'],
    slots: { number: isNumber },
    example: 'achieved 1',
    does: 'Mark an outcome of this week as achieved',
    operation: markOutcome,
    input: ({ words: { number = '' } }) => ({ number: Number(number) }),
  }),
  defineIntent({
    name: 'progress',
    order: 584,
    says: ['[show] [me] [my|the] progress [of|for] [this|the] [<period>]'],
    slots: { period: (text) => periodIn(text) !== undefined },
    example: 'progress week',
    does: 'Show what you completed this day, week, month or quarter',
    operation: showProgress,
    input: ({ words: { period } }) => ({ period: periodIn(period) }),
  }),
  defineIntent({
    name: 'ritual-settings',
    order: 586,
    says: ['[show] [me] [my|the] (rituals|ritual settings)'],
    example: 'rituals',
    does: 'Show when you are told of your rituals',
    operation: getPreferences,
    input: () => ({}),
  }),
  defineIntent({
    name: 'weekly-review',
    order: 590,
    says: [
      '[show|begin|start|continue|do|run] [my|the] [weekly] review',
      'review [my|the] week',
      'weekly',
      'plan [my|the] week',
    ],
    example: 'weekly review',
    does: 'Go on with the weekly review: 11 steps',
    operation: showReview,
    input: () => ({}),
  }),
  defineIntent({
    name: 'audit',
    order: 592,
    says: ['[show] [me] [my|the] audit', 'what needs (a decision|deciding)'],
    example: 'audit',
    does: 'Show how much needs a decision: inbox, stale tasks, projects',
    operation: showAudit,
    input: () => ({}),
  }),
  defineIntent({
    name: 'inbox-tasks',
    order: 594,
    says: ['inbox zero', '[show] [me] [my|the] inbox'],
    example: 'inbox zero',
    does: 'List the tasks that nobody has decided about yet',
    operation: listUnsorted,
    input: () => ({}),
  }),
  defineIntent({
    name: 'habits',
    order: 596,
    says: ['[show] [me] [my|the] habits'],
    example: 'habits',
    does: 'Show on which days you kept your repeating tasks',
    operation: listHabits,
    input: () => ({}),
  }),
]
