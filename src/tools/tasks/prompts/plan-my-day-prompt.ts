/** The prompt plan_my_day: a plan for today that fits the available time. */

import { definePrompt, type PromptArguments } from '../../../core/area/prompt.ts'
import { nounFor } from '../../../core/text/counts.ts'

export const planMyDayPrompt = definePrompt({
  name: 'plan_my_day',
  title: 'Plan my day',
  description: 'A realistic plan for today from what is due, overdue and most valuable.',
  arguments: [
    {
      name: 'minutes',
      description: 'Minutes to work today',
      complete: ['15', '30', '60', '90', '120', '240', '480'],
    },
    { name: 'energy', description: 'low, medium or high', complete: ['low', 'medium', 'high'] },
  ],
  text: planMyDayText,
})

function planMyDayText({ minutes, energy }: PromptArguments): string {
  const time = minutes
    ? `I have ${minutes} ${nounFor(Number(minutes), 'minute')}.`
    : 'If I did not say how much time I have, ask me first.'
  const mood = energy ? ` My energy is ${energy}.` : ''
  return `Help me plan today. ${time}${mood}

1. Read the resource plan://today, or call tasks_plan: what is due, overdue and in progress.
2. Call tasks_suggest with my minutes${energy ? ` and energy "${energy}"` : ' and, if I gave it, my energy'}: it ranks what to do now and says why.
3. Propose a plan that fits: at most three tasks that matter, then small ones in the remaining time. Leave a quarter of the time free. Give for each its title, its minutes and its reason in a few words. Estimate minutes where a task has none, and say that you did.
4. Name what will not fit, and propose for each a new day. Do not move anything yet.
5. Ask me once whether the plan is right. Only then call tasks_reschedule for what moves, and tasks_update for priorities and minutes that changed.
6. End with the plan as a short list in order, first task first.

Use ids from the answers; never invent a task. If nothing is due, say so and offer the best three from tasks_suggest.`
}
