/** Shipped template: the weekly review of Getting Things Done, in eleven steps. */
import type { TemplateInput } from './template.ts'

export const weeklyReview: TemplateInput = {
  name: 'Weekly review',
  description: 'About an hour and a half on one day: get clear, get current, get creative.',
  outcome: 'Every open end is on a list, and next week has three outcomes',
  tasks: [
    {
      title: 'Collect loose papers, notes and receipts in one place',
      dueAfterDays: 0,
      minutes: 5,
      priority: 2,
    },
    {
      title: 'Empty the inboxes: mail, messages, notes',
      dueAfterDays: 0,
      minutes: 20,
      priority: 2,
      dependsOn: [0],
    },
    {
      title: 'Empty the head: write down everything that pulls at you',
      dueAfterDays: 0,
      minutes: 10,
      priority: 2,
      dependsOn: [1],
    },
    {
      title: 'Go through open tasks: finish, drop or reword each',
      dueAfterDays: 0,
      minutes: 10,
      priority: 2,
      dependsOn: [2],
    },
    {
      title: 'Look back at last week in the calendar for open ends',
      dueAfterDays: 0,
      minutes: 5,
      priority: 3,
      dependsOn: [3],
    },
    {
      title: 'Look ahead two weeks in the calendar and prepare',
      dueAfterDays: 0,
      minutes: 5,
      priority: 2,
      dependsOn: [4],
    },
    {
      title: 'Check what you wait for from others, and remind them',
      dueAfterDays: 0,
      minutes: 10,
      priority: 2,
      dependsOn: [5],
    },
    {
      title: 'Go through every project: each has a next action',
      dueAfterDays: 0,
      minutes: 15,
      priority: 1,
      labels: ['impact-4'],
      dependsOn: [6],
    },
    {
      title: 'Go through checklists for what is missing',
      dueAfterDays: 0,
      minutes: 5,
      priority: 3,
      dependsOn: [7],
    },
    {
      title: 'Go through someday and maybe: take up, keep or drop',
      dueAfterDays: 0,
      minutes: 5,
      priority: 3,
      dependsOn: [8],
    },
    {
      title: 'Choose up to three outcomes for next week',
      dueAfterDays: 0,
      minutes: 10,
      priority: 1,
      labels: ['impact-5'],
      dependsOn: [9],
    },
  ],
}
