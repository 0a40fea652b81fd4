/** todoist.overview.show: an account or a project at a glance, from the mirror. */
import { z } from 'zod'
import type { Context } from '../../../core/operation/context.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { isJsonObject } from '../../../core/text/json.ts'
import { dayIn } from '../../../domain/time/calendar.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { findProject } from '../../../domain/todoist/names.ts'
import { zoneOfUser } from '../../../domain/todoist/sync/read-wire.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import type { ThingRow } from '../../../domain/todoist/thing-row.ts'
import { type Known, locate } from '../../../domain/todoist/things/known-accounts.ts'
import { countDue, countOpenTasks } from '../../../domain/todoist/things/open-tasks.ts'
import { listedAccounts } from '../../../domain/todoist/things/page-things.ts'

const Section = z.object({ id: z.string(), name: z.string(), openTasks: z.int() })
const Project = z.object({
  id: z.string(),
  name: z.string(),
  parentId: z.string().nullable(),
  openTasks: z.int(),
  sections: z.array(Section),
})

const Account = z.object({
  accountId: z.string(),
  name: z.string(),
  user: z.object({
    id: z.string().nullable(),
    fullName: z.string().nullable(),
    email: z.string().nullable(),
    timeZone: z.string(),
    dailyGoal: z.int().nullable(),
    weeklyGoal: z.int().nullable(),
  }),
  plan: z.string().nullable(),
  syncedAt: z.string().nullable(),
  overdue: z.int(),
  today: z.int(),
  projects: z.array(Project),
})

export const showOverview = defineOperation({
  name: 'todoist.overview.show',
  summary:
    'Show Todoist accounts, or one project, at a glance: projects, sections, open, due and overdue tasks.',
  keywords: 'summary, structure, tree, user, plan, dashboard',
  route: 'GET /v1/todoist/overview',
  input: z.object({
    project: Name.optional().describe('Name or id: this project alone'),
    accountId: accountField,
  }),
  output: z.object({ accounts: z.array(Account) }),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ project, accountId }, ctx) {
    const all = await listedAccounts(ctx, accountId)
    const only = project === undefined ? undefined : locate(all, (names) => findProject(names, project))
    const known = only === undefined ? all : [only.known]
    return { accounts: await Promise.all(known.map((each) => overviewOf(ctx, each, only?.thing.id))) }
  },
  tell: ({ accounts }) => accounts.map(tellAccount).join('\n\n'),
})

async function overviewOf(
  { db, now }: Pick<Context, 'db' | 'now'>,
  { account, names }: Known,
  onlyId: string | undefined,
): Promise<z.output<typeof Account>> {
  const { id, name, mirror } = account
  const today = dayIn(zoneOfUser(mirror.userWire), now)
  const inProject = await countOpenTasks(db, [id], 'project')
  const inSection = await countOpenTasks(db, [id], 'section')
  const sections = names.of('sections')
  return {
    ...{ accountId: id, name, syncedAt: mirror.syncedAt?.toISOString() ?? null },
    user: userOf(account),
    plan: typeof mirror.planWire?.plan_name === 'string' ? mirror.planWire.plan_name : null,
    ...(await countDue(db, { accountId: id, projectId: onlyId, today })),
    projects: inTree(names.of('projects'))
      .filter((row) => onlyId === undefined || row.id === onlyId)
      .map((row) => ({
        ...{ id: row.id, name: row.name, parentId: row.parentId, openTasks: inProject(id, row.id) },
        sections: sections
          .filter(({ parentId }) => parentId === row.id)
          .map((each) => ({ id: each.id, name: each.name, openTasks: inSection(id, each.id) })),
      })),
  }
}

/** Each project after the one that contains it. One whose parent is out of sight stands by itself. */
function inTree(all: readonly ThingRow[]): ThingRow[] {
  const ids = new Set(all.map(({ id }) => id))
  const parentOf = ({ parentId }: ThingRow) => (parentId !== null && ids.has(parentId) ? parentId : null)
  const below = (id: string | null): ThingRow[] =>
    all.filter((row) => parentOf(row) === id).flatMap((row) => [row, ...below(row.id)])
  return below(null)
}

function userOf({ userId, mirror: { userWire } }: Known['account']): z.output<typeof Account>['user'] {
  const {
    full_name: fullName,
    email,
    daily_goal: daily,
    weekly_goal: weekly,
  } = isJsonObject(userWire) ? userWire : {}
  return {
    id: userId,
    fullName: typeof fullName === 'string' ? fullName : null,
    email: typeof email === 'string' ? email : null,
    timeZone: zoneOfUser(userWire),
    dailyGoal: typeof daily === 'number' ? Math.trunc(daily) : null,
    weeklyGoal: typeof weekly === 'number' ? Math.trunc(weekly) : null,
  }
}

function tellAccount({ name, overdue, today, projects }: z.output<typeof Account>): string {
  const depths = new Map<string, number>()
  const lines = projects.flatMap(({ id, parentId, ...project }) => {
    const depth = parentId === null ? 0 : (depths.get(parentId) ?? -1) + 1
    depths.set(id, depth)
    const indent = '  '.repeat(depth)
    return [
      `${indent}${project.name} (${project.openTasks} open)`,
      ...project.sections.map((section) => `${indent}  /${section.name} (${section.openTasks} open)`),
    ]
  })
  return [`${name}: ${overdue} overdue, ${today} due today.`, ...lines].join('\n')
}
