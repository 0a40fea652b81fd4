/** Reads one line as people type it: `Pay rent every month #Home /Bills @money p1 // the flat`. */
import { dueFrom } from '../due/due.ts'
import { taskOut } from '../world/outward.ts'
import type { Deadline, Due, Json, Project, Section } from '../world/wire.ts'
import type { Acting } from '../world/world.ts'
import { addLabel, labelsOf } from './labels.ts'
import { addNote } from './notes.ts'
import { addTask, updateTask } from './tasks.ts'

interface Found {
  text: string
  description: string
  project?: Project | undefined
  section?: Section | undefined
  labels: string[]
  priority: number
  deadline: Deadline | null
  due: Due | null
  responsible?: string | undefined
}

export function quickAdd(acting: Acting, text: string, options: Json): Json {
  const { world } = acting
  const found = read(acting, text)
  for (const name of found.labels)
    if (!labelsOf(acting).some((label) => label.name === name)) addLabel(acting, { name })
  const item = addTask(acting, {
    content: found.text,
    description: found.description,
    project_id: found.section === undefined ? found.project?.id : undefined,
    section_id: found.section?.id,
    labels: found.labels,
    priority: found.priority,
    deadline: found.deadline,
    responsible_uid: undefined,
  })
  if (found.due !== null) {
    updateTask(acting, item.id, { due: { string: found.due.string, lang: found.due.lang } })
    world.quickAdded.add(item.id)
  }
  if (found.responsible !== undefined) updateTask(acting, item.id, { responsible_uid: found.responsible })
  if (typeof options.note === 'string' && options.note !== '')
    addNote(acting, { item_id: item.id, content: options.note })
  return { ...taskOut(world, item), ...(options.meta === true && { meta: metaOf(found) }) }
}

function read(acting: Acting, line: string): Found {
  const [head = '', ...description] = line.split(/(?:^|\s)\/\/\s/)
  const found: Found = {
    text: head,
    description: description.join(' // ').trim(),
    labels: [],
    priority: 1,
    deadline: null,
    due: null,
  }
  takePlace(acting, found)
  take(found, /(?:^|\s)@([^\s@]+)/g, ([, name = '']) => void found.labels.push(name))
  take(found, /(?:^|\s)p([1-4])(?=\s|$)/gi, ([, digit]) => {
    found.priority = 5 - Number(digit)
  })
  take(found, /(?:^|\s)\{([^}]+)\}/g, ([, words = '']) => {
    const due = tryDue(acting, words)
    if (due !== null) found.deadline = { date: due.date.slice(0, 10), lang: 'en' }
  })
  takeDue(acting, found)
  return found
}

function takePlace(acting: Acting, found: Found): void {
  const { world, person } = acting
  const projects = world.projects.where((each) => !each.is_deleted && world.canSee(person, each.id))
  found.project = takeNamed(found, '#', projects)
  const home = found.project ?? person.inbox
  const sections = world.sections.where((each) => !each.is_deleted && each.project_id === home.id)
  found.section = takeNamed(found, '/', sections)
  const members = world.people.filter(({ id }) => world.membersOf(home.id).has(id))
  found.responsible = takeNamed(found, '+', members)?.id
}

/** The thing whose name follows the sign; the longest name that fits. */
function takeNamed<Thing extends { name: string }>(
  found: Found,
  sign: string,
  things: Thing[],
): Thing | undefined {
  const longestFirst = [...things].sort((one, other) => other.name.length - one.name.length)
  for (const thing of longestFirst) {
    const at = ` ${found.text.toLowerCase()} `.indexOf(` ${sign}${thing.name.toLowerCase()} `)
    if (at < 0) continue
    found.text = squeeze(found.text.slice(0, at) + found.text.slice(at + sign.length + thing.name.length))
    return thing
  }
  return undefined
}

function take(found: Found, pattern: RegExp, read: (match: RegExpMatchArray) => void): void {
  for (const match of found.text.matchAll(pattern)) read(match)
  found.text = squeeze(found.text.replace(pattern, ' '))
}

/** Takes the longest run of words that is a date, the last one where several are as long. */
function takeDue(acting: Acting, found: Found): void {
  const words = found.text.split(' ')
  for (let length = words.length - 1; length > 0; length -= 1) {
    for (let start = words.length - length; start >= 0; start -= 1) {
      const due = tryDue(acting, words.slice(start, start + length).join(' '))
      if (due === null) continue
      words.splice(start, length)
      found.due = due
      found.text = words.join(' ')
      return
    }
  }
}

function tryDue({ world, person }: Acting, words: string): Due | null {
  try {
    return dueFrom({ string: words }, world.readingFor(person))
  } catch {
    return null
  }
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function metaOf({ text, due, deadline, labels, priority, project, section, responsible }: Found): Json {
  return {
    text,
    due,
    deadline,
    labels: Object.fromEntries(labels.map((name, index) => [String(index), name])),
    priority,
    project: [project?.id ?? null, project?.name ?? null],
    section: [section?.id ?? null, section?.name ?? null],
    assignee: [responsible ?? null, null],
  }
}
