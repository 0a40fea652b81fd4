/** The tasks from which a plan or a suggestion is chosen. */
import { ownView } from '../../access/visible-to.ts'
import { listTasks } from '../list-tasks.ts'
import type { Scoped } from '../store.ts'
import type { Task } from '../task.ts'

/** Enough to include what matters, and few enough to rank in a moment: the soonest due, and the most important. */
const SOONEST = 300
const MOST_IMPORTANT = 200

/** The caller's open tasks that wait for nothing. If there are very many: the soonest due and the most important. */
export async function openCandidates(ctx: Scoped): Promise<Task[]> {
  const filter = { status: ['open', 'in_progress'], blocked: false } as const
  const own = ownView(ctx)
  const soonest = await listTasks(own, filter, { sort: 'due', limit: SOONEST })
  if (soonest.nextCursor === null) return soonest.items
  const important = await listTasks(own, filter, { sort: 'priority', limit: MOST_IMPORTANT })
  return [...new Map([...soonest.items, ...important.items].map((task) => [task.id, task])).values()]
}
