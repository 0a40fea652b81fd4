/** Shipped template: one issue of a newsletter. */
import type { TemplateInput } from './template.ts'

export const newsletterIssue: TemplateInput = {
  name: 'Newsletter issue',
  description: 'One week from topic to sent, with a look at how it was read.',
  type: 'business',
  outcome: 'The issue is in every inbox, and what readers did with it is noted',
  tasks: [
    {
      title: 'Choose the topic and the one thing readers take away',
      dueAfterDays: 0,
      minutes: 20,
      priority: 2,
    },
    { title: 'Collect links, quotes and numbers', dueAfterDays: 1, minutes: 45, priority: 3, dependsOn: [0] },
    {
      title: 'Outline: opening, three points, closing',
      dueAfterDays: 1,
      minutes: 30,
      priority: 2,
      dependsOn: [0],
    },
    {
      title: 'Write the first draft in one sitting',
      dueAfterDays: 3,
      minutes: 120,
      priority: 1,
      labels: ['impact-4'],
      dependsOn: [1, 2],
    },
    {
      title: 'Edit: cut a fifth, check every fact and link',
      dueAfterDays: 4,
      minutes: 60,
      priority: 2,
      dependsOn: [3],
    },
    {
      title: 'Write three subject lines and choose one',
      dueAfterDays: 4,
      minutes: 15,
      priority: 2,
      dependsOn: [3],
    },
    {
      title: 'Find or make the pictures, with alt text',
      dueAfterDays: 4,
      minutes: 30,
      priority: 3,
      dependsOn: [3],
    },
    {
      title: 'Lay it out and send a test to phone and desktop',
      dueAfterDays: 5,
      minutes: 30,
      priority: 2,
      dependsOn: [4, 5, 6],
    },
    { title: 'Schedule the issue', dueAfterDays: 6, minutes: 10, priority: 1, dependsOn: [7] },
    {
      title: 'Answer replies and note opens, clicks and ideas for the next issue',
      dueAfterDays: 9,
      minutes: 30,
      priority: 3,
      dependsOn: [8],
    },
  ],
  milestones: [
    { title: 'Draft finished', dueAfterDays: 3 },
    { title: 'Sent', dueAfterDays: 7 },
  ],
}
