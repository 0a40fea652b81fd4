/** Shipped template: a trip, private or for work. */
import type { TemplateInput } from './template.ts'

export const trip: TemplateInput = {
  name: 'Trip',
  description: 'Six weeks of preparation; the journey begins on day 42.',
  outcome: 'We are there, everything booked and paid, and home runs without us',
  tasks: [
    { title: 'Agree dates, places, people and budget', dueAfterDays: 2, minutes: 60, priority: 1 },
    {
      title: 'Check passports, visas and vaccinations',
      dueAfterDays: 3,
      minutes: 30,
      priority: 1,
      dependsOn: [0],
    },
    {
      title: 'Ask for leave and block the calendar',
      dueAfterDays: 4,
      minutes: 10,
      priority: 1,
      dependsOn: [0],
    },
    { title: 'Book travel there and back', dueAfterDays: 7, minutes: 90, priority: 1, dependsOn: [1, 2] },
    { title: 'Book places to sleep', dueAfterDays: 10, minutes: 90, priority: 2, dependsOn: [3] },
    { title: 'Take out travel insurance', dueAfterDays: 12, minutes: 20, priority: 2, dependsOn: [3] },
    {
      title: 'Choose what to see and book what sells out',
      dueAfterDays: 20,
      minutes: 60,
      priority: 3,
      dependsOn: [4],
    },
    {
      title: 'Find a person to look after pets, plants and post',
      dueAfterDays: 28,
      minutes: 15,
      priority: 2,
    },
    { title: 'Sort out money, phone plan and maps offline', dueAfterDays: 35, minutes: 30, priority: 3 },
    {
      title: 'Check in and save tickets offline',
      dueAfterDays: 41,
      minutes: 15,
      priority: 1,
      dependsOn: [3],
    },
    { title: 'Pack from the list', dueAfterDays: 41, minutes: 60, priority: 2 },
    {
      title: 'Leave home: heating, windows, bins, keys',
      dueAfterDays: 42,
      minutes: 10,
      priority: 2,
      dependsOn: [10],
    },
    {
      title: 'After: settle expenses, thank helpers, sort pictures',
      dueAfterDays: 60,
      minutes: 60,
      priority: 3,
      dependsOn: [11],
    },
  ],
  milestones: [
    { title: 'Everything booked', dueAfterDays: 20 },
    { title: 'Departure', dueAfterDays: 42 },
  ],
}
