/** Finds what people name: a project, a section, a person who shares a project; each by its id or its name. */
import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { nearest } from '../../core/schema/unknown-fields.ts'
import { caseless } from '../../core/text/comparable.ts'
import type { Db } from '../db/db.ts'
import { type OnTheirWay, thingsOnTheirWay } from './on-their-way.ts'
import { todoistThings as things } from './tables.ts'
import type { ThingKind, ThingRow } from './thing-row.ts'

/** Kinds that have names, or belong to people who have. */
const NAMED_KINDS = [
  ...(['projects', 'sections', 'labels', 'filters', 'collaborators', 'collaborator_states'] as const),
] as const satisfies readonly ThingKind[]

/** What an account has, as far as calls name it; read once for each call. */
export interface Names {
  /** Whether the account was ever read. */
  readonly isRead: boolean
  /** Those in use, in their order: also those that Todoist does not have yet, and without those that are being deleted. */
  of(kind: ThingKind): readonly ThingRow[]
  /** Those that are archived. */
  archived(kind: ThingKind): readonly ThingRow[]
  readonly onTheirWay: OnTheirWay
}

export async function readNames(db: Db, accountId: string, isRead: boolean): Promise<Names> {
  const rows = await db
    .select()
    .from(things)
    .where(
      and(
        eq(things.accountId, accountId),
        inArray(things.kind, [...NAMED_KINDS]),
        isNull(things.absentSince),
      ),
    )
    .orderBy(asc(things.position), asc(things.id))
  const onTheirWay = await thingsOnTheirWay(db, accountId)
  const all = [...rows, ...onTheirWay.added].filter(({ id }) => !onTheirWay.deleted.has(id))
  return {
    ...{ isRead, onTheirWay },
    of: (kind) => all.filter((row) => row.kind === kind && !row.isArchived),
    archived: (kind) => all.filter((row) => row.kind === kind && row.isArchived),
  }
}

/** @throws AppError `not_found`; `invalid_input` naming the candidates where several fit */
export function findProject(names: Names, said: string, field = 'project'): ThingRow {
  const all = names.of('projects')
  const inbox = caseless(said) === 'inbox' ? all.find(({ wire }) => wire.inbox_project === true) : undefined
  return inbox ?? findOne(names, { noun: 'project', field, among: all, said })
}

/** `projectId`: the only project in which it may be. @throws AppError as `findProject` does */
export function findSection(names: Names, said: string, projectId: string | undefined): ThingRow {
  const among = names
    .of('sections')
    .filter(({ parentId }) => projectId === undefined || parentId === projectId)
  return findOne(names, { noun: 'section', field: 'section', among, said })
}

/** A label that is a thing of its own. @throws AppError as `findProject` does */
export function findLabel(names: Names, said: string): ThingRow {
  return findOne(names, {
    ...{ noun: 'label', field: 'label', among: names.of('labels') },
    said: said.replace(/^@/, ''),
  })
}

/** A saved filter. @throws AppError as `findProject` does */
export function findFilter(names: Names, said: string): ThingRow {
  return findOne(names, { noun: 'filter', field: 'filter', among: names.of('filters'), said })
}

/** An archived project or section. @throws AppError as `findProject` does */
export function findArchived(names: Names, kind: 'projects' | 'sections', said: string): ThingRow {
  const noun = kind === 'projects' ? 'project' : 'section'
  return findOne(names, { noun: `archived ${noun}`, field: noun, among: names.archived(kind), said })
}

/** Todoist's id of a person. @throws AppError as `findProject` does */
export function findAssignee(names: Names, said: string, ownId: string | undefined): string {
  if (caseless(said) === 'me' && ownId !== undefined) return ownId
  const all = names.of('collaborators')
  const byMail = all.find(({ wire }) => caseless(String(wire.email ?? '')) === caseless(said))
  return (byMail ?? findOne(names, { noun: 'person', field: 'assignee', among: all, said })).id
}

/** A label in the spelling that it has already. */
export function spellLabel(names: Names, said: string): string {
  const name = said.replace(/^@/, '')
  return names.of('labels').find((label) => caseless(label.name) === caseless(name))?.name ?? name
}

interface Sought {
  readonly noun: string
  readonly field: string
  readonly among: readonly ThingRow[]
  readonly said: string
}

function findOne(names: Names, { noun, field, among, said }: Sought): ThingRow {
  const ref = names.onTheirWay.idOf(said)
  const byId = among.find(({ id }) => id === ref)
  if (byId !== undefined) return byId
  const exact = among.filter(({ name }) => name === said)
  const fitting = exact.length > 0 ? exact : among.filter(({ name }) => caseless(name) === caseless(said))
  const [one, ...others] = fitting
  if (one === undefined) throw notNamed(names, { noun, field, among, said })
  if (others.length === 0) return one
  throw new AppError('invalid_input', `Several fit the ${noun} ${said}.`, {
    fix: `Use an id: ${fitting.map((row) => `${row.id} (${placeOf(row, names)})`).join(', ')}.`,
    issues: [{ path: field, message: 'names several' }],
  })
}

function placeOf({ name, parentId }: ThingRow, names: Names): string {
  const parent = names.of('projects').find(({ id }) => id === parentId)
  return parent === undefined ? name : `${name} in ${parent.name}`
}

function notNamed({ isRead }: Names, { noun, field, among, said }: Sought): AppError {
  if (!isRead) {
    return new AppError('not_configured', 'The account was not read yet, so that names mean nothing.', {
      fix: 'Call todoist.sync.resync, then call again.',
    })
  }
  const near = nearest(
    said,
    among.map(({ name }) => name),
  )
  return new AppError('not_found', `There is no ${noun} ${said} in this account.`, {
    fix:
      near === undefined
        ? 'List what there is, and use a name or an id from there.'
        : `Did you mean ${near}?`,
    issues: [{ path: field, message: 'names nothing there' }],
  })
}
