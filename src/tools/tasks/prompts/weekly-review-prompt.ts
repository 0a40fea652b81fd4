/** The prompt weekly_review: goes through everything once, with the person. */
import { definePrompt } from '../../../core/area/prompt.ts'

export const weeklyReviewPrompt = definePrompt({
  name: 'weekly_review',
  title: 'Weekly review',
  description: 'Go through everything once, step by step: clear, decide, choose the week ahead.',
  arguments: [],
  text: weeklyReviewText,
})

function weeklyReviewText(): string {
  return `Lead me through my weekly review, one step at a time. After each step wait for my answer before the next.

1. Clear: ask what is still in my head. Put my answer through tasks_capture with preview: true, show me the preview, then capture it with preview: false.
2. Look back: tasks_list with status done, and tell me in two sentences what got finished.
3. Overdue: tasks_list with overdue: true. For each one: do it this week, give it another day (tasks_reschedule), or let it go (tasks_update to cancelled). Offer a decision for all of them at once.
4. Waiting: tasks_list with blocked: true. Say what each waits for, and whether I should follow up with a person.
5. Projects: projects_review. For each that needs attention offer its ways out: recommit with a next action (projects_recommit), pause it, or fix its outcome and due date (projects_update).
6. Someday: tasks_list with status open; pick out at most five without a due date that look stale, and ask whether to keep them.
7. The week ahead: tasks_list with dueTo set to the end of next week. Ask me for up to three outcomes for the week, give their tasks priority 1 (tasks_update), and show the tasks_plan for these outcomes.

Change nothing that I did not agree to. Make several changes of one kind in one call. End with: what I finished, my outcomes for the week, and the first task for Monday.`
}
