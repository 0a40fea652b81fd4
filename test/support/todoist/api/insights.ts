/** How projects do, as Todoist reckons it. The stand-in counts; it does not judge: every project is on track. */
import { nowIn } from '../due/moment.ts'
import { projectOf } from '../world/find.ts'
import type { Item, Json, Project } from '../world/wire.ts'
import { type Call, get, idOf, type Route } from './route.ts'

const STATS_DAYS = 7
const PERCENT = 100

export const INSIGHT_ROUTES: Route[] = [
  get('/projects/:id/insights/health', (call) => healthOf(call, projectOf(call, idOf(call)))),
  {
    ...get('/projects/:id/insights/health/analyze', (call) => healthOf(call, projectOf(call, idOf(call)))),
    method: 'POST',
  },
  get('/projects/:id/insights/health/context', contextOf),
  get('/projects/:id/insights/progress', (call) => progressOf(call, projectOf(call, idOf(call)))),
  get('/projects/:id/insights/activity_stats', activityOf),
  get('/workspaces/:id/insights', (call) => ({
    folder_id: null,
    project_insights: call.world.projects
      .where(
        (each) =>
          (each as Project & { workspace_id?: string }).workspace_id === idOf(call) && !each.is_deleted,
      )
      .map((each) => ({
        project_id: each.id,
        health: healthOf(call, each),
        progress: progressOf(call, each),
      })),
  })),
]

function healthOf({ world }: Call, { id }: Project): Json {
  return {
    status: 'ON_TRACK',
    description: 'Everything moves.',
    description_summary: 'On track',
    task_recommendations: [],
    project_id: id,
    updated_at: world.now(),
    is_stale: false,
    update_in_progress: false,
  }
}

function itemsOf({ world }: Call, { id }: Project): Item[] {
  return world.items.where((item) => item.project_id === id && !item.is_deleted)
}

function progressOf(call: Call, project: Project): Json {
  const items = itemsOf(call, project)
  const done = items.filter(({ checked }) => checked).length
  return {
    project_id: project.id,
    completed_count: done,
    active_count: items.length - done,
    progress_percent: items.length === 0 ? 0 : Math.round((done / items.length) * PERCENT),
  }
}

function activityOf(call: Call): Json {
  const project = projectOf(call, idOf(call))
  const { world, person } = call
  const dayOf = (atMs: number) => nowIn(person.timezone, atMs).toPlainDate()
  const today = dayOf(world.clock.now())
  const days = world.happenings
    .filter(({ name, object }) => name === 'item:completed' && object.project_id === project.id)
    .map(({ atMs }) => dayOf(atMs).toString())
  const monday = today.subtract({ days: today.dayOfWeek - 1 })
  const thisWeek = days.filter((day) => day >= monday.toString()).length
  return {
    day_items: Array.from({ length: STATS_DAYS }, (_, ago) => {
      const date = today.subtract({ days: ago }).toString()
      return { date, total_count: days.filter((day) => day === date).length }
    }),
    week_items: [
      { from_date: monday.toString(), to_date: monday.add({ days: 6 }).toString(), total_count: thisWeek },
    ],
  }
}

function contextOf(call: Call): Json {
  const project = projectOf(call, idOf(call))
  const items = itemsOf(call, project)
  const { completed_count } = progressOf(call, project)
  return {
    project_id: project.id,
    project_name: project.name,
    project_description: project.description,
    project_metrics: {
      total_tasks: items.length,
      completed_tasks: completed_count,
      overdue_tasks: 0,
      tasks_created_this_week: items.length,
      tasks_completed_this_week: completed_count,
      average_completion_time: null,
    },
    tasks: items.map((item) => ({
      id: item.id,
      content: item.content,
      due: item.due?.date ?? null,
      deadline: item.deadline?.date ?? null,
      priority: `p${5 - item.priority}`,
      is_completed: item.checked,
      created_at: item.added_at,
      updated_at: item.updated_at,
      completed_at: item.completed_at,
      completed_by_uid: item.completed_by_uid,
      labels: item.labels,
    })),
    language: 'en',
  }
}
