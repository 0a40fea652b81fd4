/** Completed tasks: finished ones from the list of Todoist, and occurrences of repeating ones from its log. */
import { z } from 'zod'
import type { AskContext } from '../../../core/operation/context.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import type { ChosenAccount } from '../accounts/choose-account.ts'
import { type Listed, listAll } from './ask.ts'

/** Rows of one page of the log: Todoist gives no more. */
const LOG_PAGE_ROWS = 100
/** Milliseconds between the times that the list and the log have for one completion. */
const SAME_WITHIN_MS = 60_000

export const COMPLETED_BY = ['completion', 'due'] as const

export interface CompletedQuery {
  readonly by: (typeof COMPLETED_BY)[number]
  /** Moments in UTC. */
  readonly since: string
  readonly until: string
  readonly projectId?: string | undefined
  readonly sectionId?: string | undefined
  /** In Todoist's own filter language. */
  readonly filter?: string | undefined
}

export interface Completed {
  readonly id: string
  readonly content: string
  readonly completedAt: string
  readonly projectId: string | null
  readonly labels: readonly string[]
  /** An occurrence of a repeating task, which is open again. */
  readonly isRepeating: boolean
}

const Finished = z.looseObject({
  id: z.string(),
  content: z.string(),
  completed_at: z.string(),
  project_id: z.string().nullish(),
  labels: z.array(z.string()).nullish(),
})

const Logged = z.looseObject({
  object_id: z.string(),
  event_date: z.string(),
  parent_project_id: z.string().nullish(),
  extra_data: z.looseObject({ content: z.string().nullish() }).nullish(),
})

export interface CompletedTasks {
  /** The latest first. */
  readonly tasks: readonly Completed[]
  readonly isCut: boolean
}

/** @throws AppError: what Todoist says, or that it cannot be asked */
export async function readCompleted(
  ctx: AskContext,
  account: ChosenAccount,
  query: CompletedQuery,
): Promise<CompletedTasks> {
  const finished = await readFinished(ctx, account, query)
  // The log knows neither sections nor filters, and dates by completion only.
  const isInLog = query.by === 'completion' && query.sectionId === undefined && query.filter === undefined
  const logged = isInLog ? await readLog(ctx, account, query) : NOTHING
  const tasks = distinct(finished.rows.map(ofFinished))
  const repeated = distinct(logged.rows.map(ofLog)).filter(
    (each) => !tasks.some((task) => isSame(task, each)),
  )
  return {
    tasks: [...tasks, ...repeated].sort(latestFirst),
    isCut: finished.isCut || logged.isCut,
  }
}

const NOTHING: Listed = { rows: [], isCut: false }

async function readFinished(ctx: AskContext, account: ChosenAccount, query: CompletedQuery): Promise<Listed> {
  const { by, since, until, projectId, sectionId, filter } = query
  return await listAll(ctx, account, {
    path: by === 'completion' ? '/tasks/completed/by_completion_date' : '/tasks/completed/by_due_date',
    query: {
      ...{ since, until },
      ...(projectId !== undefined && { project_id: projectId }),
      ...(sectionId !== undefined && { section_id: sectionId }),
      ...(filter !== undefined && { filter_query: filter }),
    },
  })
}

async function readLog(ctx: AskContext, account: ChosenAccount, query: CompletedQuery): Promise<Listed> {
  const { since, until, projectId } = query
  return await listAll(ctx, account, {
    path: '/activities',
    pageRows: LOG_PAGE_ROWS,
    query: {
      object_event_types: JSON.stringify(['item:completed']),
      ...{ date_from: since, date_to: until },
      ...(projectId !== undefined && { parent_project_id: projectId }),
    },
  })
}

function ofFinished(wire: JsonObject): Completed {
  const { id, content, completed_at, project_id, labels } = Finished.parse(wire)
  return {
    ...{ id, content, completedAt: utc(completed_at), projectId: project_id ?? null },
    ...{ labels: labels ?? [], isRepeating: false },
  }
}

function ofLog(wire: JsonObject): Completed {
  const { object_id: id, event_date, parent_project_id: projectId, extra_data: extra } = Logged.parse(wire)
  return {
    ...{ id, content: extra?.content ?? '', completedAt: utc(event_date), projectId: projectId ?? null },
    ...{ labels: [], isRepeating: true },
  }
}

function utc(moment: string): string {
  const date = new Date(moment)
  return Number.isNaN(date.getTime()) ? moment : date.toISOString()
}

/** Pages that are read while tasks are completed may name one twice. */
function distinct(tasks: readonly Completed[]): Completed[] {
  return [...new Map(tasks.map((task) => [`${task.id} ${task.completedAt}`, task])).values()]
}

function isSame(one: Completed, other: Completed): boolean {
  const apartMs = Math.abs(Date.parse(one.completedAt) - Date.parse(other.completedAt))
  return one.id === other.id && apartMs <= SAME_WITHIN_MS
}

function latestFirst(one: Completed, other: Completed): number {
  if (one.completedAt !== other.completedAt) return one.completedAt < other.completedAt ? 1 : -1
  return one.id < other.id ? -1 : 1
}
