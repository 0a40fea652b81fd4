/** Makes a link between a project here and one of Todoist, of which one may be made for it. */
import { and, eq, inArray, or, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { refOf } from '../../../core/operation/kind.ts'
import { comparable } from '../../../core/text/comparable.ts'
import { projectKind } from '../../projects/project-kind.ts'
import { holdEditableProject, insertProject, type ProjectRow, todayOf } from '../../projects/store.ts'
import { tasks } from '../../tasks/tables.ts'
import { newOwner } from '../../teams/new-owner.ts'
import type { ChosenAccount } from '../accounts/choose-account.ts'
import { addCommands } from '../commands/add-commands.ts'
import { findProject, readNames } from '../names.ts'
import { addMirrors } from '../sync/add-mirrors.ts'
import { todoistItems as items } from '../tables.ts'
import type { ThingRow } from '../thing-row.ts'
import type { LinkRow } from './link.ts'
import { todoistLinks as links } from './tables.ts'

/** Titles that a dry run lists of each side. */
const SHOWN_MAX = 50

/** Null: it is to be made. */
export interface Sides {
  readonly here: ProjectRow | null
  readonly there: ThingRow | null
  /** The link that there is between the two. */
  readonly link: LinkRow | undefined
}

interface Said {
  readonly projectId: string | undefined
  readonly todoistProject: string | undefined
}

/** @throws AppError `invalid_input` where neither is named, `not_found`, `conflict` where one has another link */
export async function findSides(ctx: Context, account: ChosenAccount, said: Said): Promise<Sides> {
  if (said.projectId === undefined && said.todoistProject === undefined)
    throw new AppError('invalid_input', 'No project was named.', {
      fix: 'Give project, todoistProject, or both; what is left out is made.',
    })
  const here = said.projectId === undefined ? null : await holdEditableProject(ctx, said.projectId)
  const names = await readNames(ctx.db, account.id, account.mirror.syncedAt !== null)
  const there = said.todoistProject === undefined ? null : findProject(names, said.todoistProject)
  const found = await ctx.db
    .select()
    .from(links)
    .where(
      or(
        here === null ? undefined : eq(links.projectId, here.id),
        there === null ? undefined : and(eq(links.accountId, account.id), eq(links.outsideId, there.id)),
      ),
    )
    .for('update')
  const link = found.find(
    (each) =>
      (here === null || each.projectId === here.id) &&
      (there === null ? here !== null : each.outsideId === there.id && each.accountId === account.id),
  )
  if (found.length > 0 && link === undefined) throw hasOtherLink(here, there)
  return { here, there, link }
}

function hasOtherLink(here: ProjectRow | null, there: ThingRow | null): AppError {
  const what = [here && refOf(projectKind, here.number), there?.name].filter(Boolean).join(' or ')
  return new AppError('conflict', `${what} is linked to another project already.`, {
    fix: 'Call todoist.links.list, and todoist.projects.unlink before it is linked again.',
  })
}

export interface Preview {
  /** Texts of the tasks that would be made. */
  readonly here: string[]
  readonly there: string[]
  /** Tasks of the same text on both sides, which become one. */
  readonly matched: number
}

/** What the first comparison makes on each side. */
export async function previewLink(
  { db }: Context,
  { id: accountId }: ChosenAccount,
  { sides: { here, there }, mode }: { readonly sides: Sides; readonly mode: LinkRow['mode'] },
): Promise<Preview> {
  const isOpen = and(inArray(tasks.status, ['open', 'in_progress']), sql`${tasks.trashedAt} is null`)
  const ours =
    here === null
      ? []
      : await db
          .select({ text: tasks.title })
          .from(tasks)
          .where(and(eq(tasks.projectId, here.id), isOpen))
  const theirs =
    there === null
      ? []
      : await db
          .select({ text: items.content })
          .from(items)
          .where(
            and(
              eq(items.accountId, accountId),
              eq(items.projectId, there.id),
              sql`not ${items.checked} and ${items.absentSince} is null`,
            ),
          )
  const left = [...theirs]
  const onlyHere = ours.filter(({ text }) => {
    const at = left.findIndex((item) => comparable(item.text) === comparable(text))
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  const [canPull, canPush] = [mode === 'pull' || mode === 'both', mode === 'push' || mode === 'both']
  return {
    here: canPull ? left.map(({ text }) => text).slice(0, SHOWN_MAX) : [],
    there: canPush ? onlyHere.map(({ text }) => text).slice(0, SHOWN_MAX) : [],
    matched: theirs.length - left.length,
  }
}

interface Made {
  readonly sides: Sides
  readonly mode: LinkRow['mode']
  readonly teamId: string | undefined
}

/** The link with its row locked; a project that is missing on one side is made with the name of the other. */
export async function makeLink(
  ctx: Context,
  { id: accountId, mirror }: ChosenAccount,
  { sides: { here, there, link }, mode, teamId }: Made,
): Promise<LinkRow> {
  if (link !== undefined) {
    await ctx.db.update(links).set({ mode }).where(eq(links.id, link.id))
    return { ...link, mode }
  }
  await addMirrors(ctx.db, ctx.now)
  const project = here ?? (await projectNamed(ctx, there?.name ?? '', teamId))
  const made = { accountId, spaceId: mirror.spaceId, type: 'project_add', title: project.name }
  const [outsideId = ''] =
    there === null ? await addCommands(ctx, [{ ...made, args: { name: project.name } }]) : [there.id]
  const row = {
    ...{ id: ctx.newId('link'), accountId, projectId: project.id, outsideId, mode },
    ...{ personId: ctx.actor.personId, createdAt: ctx.now, appliedAt: null, pausedBecause: null },
  }
  await ctx.db.insert(links).values(row)
  return row
}

async function projectNamed(ctx: Context, name: string, teamId: string | undefined): Promise<ProjectRow> {
  const draft = { name, outcome: null, dueDate: null, state: 'active' } as const
  return await insertProject(ctx, {
    ...draft,
    ownerId: await newOwner(ctx, teamId),
    today: await todayOf(ctx),
  })
}
