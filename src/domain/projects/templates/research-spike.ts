/** Shipped template: answering one technical question within a bounded time. */
import type { TemplateInput } from './template.ts'

export const researchSpike: TemplateInput = {
  name: 'Research spike',
  description: 'One question, two weeks at most, an answer that others can decide on.',
  type: 'research',
  outcome: 'The question has an answer with evidence, and a decision follows from it',
  tasks: [
    {
      title: 'Write the question, and which answer would change what we do',
      dueAfterDays: 0,
      minutes: 30,
      priority: 1,
      labels: ['impact-5'],
    },
    {
      title: 'Set the time limit and what counts as evidence',
      dueAfterDays: 0,
      minutes: 15,
      priority: 2,
      dependsOn: [0],
    },
    {
      title: 'Read what is known: documents, code, issues, papers',
      dueAfterDays: 3,
      minutes: 240,
      priority: 2,
      dependsOn: [0],
    },
    { title: 'Ask two people who did it before', dueAfterDays: 4, minutes: 60, priority: 3, dependsOn: [0] },
    {
      title: 'List the options with what speaks against each',
      dueAfterDays: 5,
      minutes: 60,
      priority: 2,
      dependsOn: [2],
    },
    {
      title: 'Build the smallest experiment that can fail',
      dueAfterDays: 8,
      minutes: 480,
      priority: 1,
      labels: ['impact-4'],
      dependsOn: [1, 4],
    },
    {
      title: 'Measure, and write down how to repeat it',
      dueAfterDays: 10,
      minutes: 180,
      priority: 1,
      dependsOn: [5],
    },
    {
      title: 'Write the answer on one page: finding, evidence, doubts, advice',
      dueAfterDays: 12,
      minutes: 120,
      priority: 1,
      labels: ['impact-5'],
      dependsOn: [3, 6],
    },
    {
      title: 'Decide with those concerned and record the decision',
      dueAfterDays: 14,
      minutes: 45,
      priority: 1,
      dependsOn: [7],
    },
  ],
  milestones: [
    { title: 'Options known', dueAfterDays: 5 },
    { title: 'Evidence in hand', dueAfterDays: 10 },
    { title: 'Decided', dueAfterDays: 14 },
  ],
}
