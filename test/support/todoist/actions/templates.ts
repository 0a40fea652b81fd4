/** A project as a template file and back: the CSV that Todoist exports, with the columns that the stand-in knows. */
import { invalid } from '../api-error.ts'
import { projectOf } from '../world/find.ts'
import { descendantsOf } from '../world/tree.ts'
import type { Item, Note, Section } from '../world/wire.ts'
import type { Acting } from '../world/world.ts'
import { addNote } from './notes.ts'
import { addSection } from './sections.ts'
import { addTask } from './tasks.ts'

const COLUMNS = ['TYPE', 'CONTENT', 'DESCRIPTION', 'PRIORITY', 'INDENT', 'DATE', 'DATE_LANG']

export function exportTemplate(acting: Acting, projectId: string): string {
  const { world } = acting
  const { id } = projectOf(acting, projectId)
  const roots = (sectionId: string | null) =>
    world.items.where(
      (item) =>
        item.project_id === id &&
        item.section_id === sectionId &&
        item.parent_id === null &&
        !item.is_deleted &&
        !item.checked,
    )
  const rows = (items: Item[]) =>
    items.flatMap((item) => [rowOf(item, 1), ...descendantsOf(world, item).map((each) => rowOf(each, 2))])
  const sections = world.sections.where(
    (each) => each.project_id === id && !each.is_deleted && !each.is_archived,
  )
  const lines = [
    COLUMNS,
    ...rows(roots(null)),
    ...sections.flatMap((section) => [['section', section.name], ...rows(roots(section.id))]),
  ]
  return `${lines.map((cells) => cells.map(quote).join(',')).join('\r\n')}\r\n`
}

/** Priorities are written as people call them: 1 is the highest. */
function rowOf(item: Item, indent: number): string[] {
  return [
    'task',
    [item.content, ...item.labels.map((label) => `@${label}`)].join(' '),
    item.description,
    String(5 - item.priority),
    String(indent),
    item.due?.string ?? '',
    item.due?.lang ?? '',
  ]
}

export function importTemplate(acting: Acting, projectId: string, csv: string) {
  const [head = [], ...rows] = readCsv(csv)
  const at = (row: string[], column: string) => row[head.indexOf(column)] ?? ''
  if (!head.includes('TYPE') || !head.includes('CONTENT')) invalid('file', 'a template')
  const made: Imported = { sections: [], items: [], notes: [] }
  for (const row of rows) {
    const content = at(row, 'CONTENT')
    const last = made.items.at(-1)
    const type = at(row, 'TYPE')
    if (type === 'section') made.sections.push(addSection(acting, projectId, { name: content }))
    if (type === 'note' && last) made.notes.push(addNote(acting, { item_id: last.id, content }))
    if (type === 'task')
      made.items.push(importTask(acting, { projectId, made, at: (column) => at(row, column) }))
  }
  return made
}

interface Imported {
  readonly sections: Section[]
  readonly items: Item[]
  readonly notes: Note[]
}

interface TaskRow {
  readonly projectId: string
  /** What the rows before it made. */
  readonly made: Imported
  at(column: string): string
}

function importTask(acting: Acting, { projectId, made, at }: TaskRow): Item {
  const content = at('CONTENT')
  const date = at('DATE')
  const parent = Number(at('INDENT')) > 1 ? made.items.findLast((each) => each.parent_id === null) : undefined
  return addTask(acting, {
    content: content.replace(/\s@\S+/g, ''),
    description: at('DESCRIPTION'),
    priority: 5 - Number(at('PRIORITY') || 4),
    labels: [...content.matchAll(/\s@(\S+)/g)].map((match) => match[1] ?? ''),
    due: date === '' ? undefined : { string: date },
    project_id: projectId,
    section_id: made.sections.at(-1)?.id,
    parent_id: parent?.id,
  })
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

function readCsv(text: string): string[][] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n(?=(?:[^"]*"[^"]*")*[^"]*$)/)
  return lines
    .filter((line) => line !== '')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        (match) => match[1]?.replaceAll('""', '"') ?? match[2] ?? '',
      ),
    )
}
