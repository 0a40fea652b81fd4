/** A stand-in of Todoist with two people and their tasks, told and asked over an address of its own. Configured by its argument. */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { startTodoist } from '../../test/support/todoist/start-todoist.ts'
import type { Person } from '../../test/support/todoist/world/person.ts'
import { RARE_LABEL, RARE_WORD } from '../stores.ts'

export interface TodoistConfig {
  readonly manyTasks: number
  readonly fewTasks: number
  readonly projects: number
}

export interface TodoistPlace {
  /** Of the stand-in. */
  readonly url: string
  readonly many: string
  readonly few: string
  /** Calls that were made so far. */
  readonly calls: number
}

/** One task of so many has the rare word, and the rare label. */
const ONE_RARE_OF = 100
const DAY_MS = 86_400_000
/** Due dates are spread over a year before and after today, as those of a person with a backlog are. */
const DUE_DAYS = 730
const VERBS = ['Call', 'Write', 'Review', 'Plan', 'Fix', 'Buy', 'Book']
const NOUNS = ['report', 'invoice', 'garden', 'kitchen', 'contract']
const LABELS = ['home', 'work', 'phone']

const { manyTasks, fewTasks, projects } = JSON.parse(process.argv[2] ?? '{}') as TodoistConfig
const todoist = await startTodoist()
const { world } = todoist
const many = furnish(world.person('ada'), manyTasks)
const few = furnish(world.person('bob'), fewTasks)

function furnish(person: Person, tasks: number): Person {
  const places = Array.from({ length: projects }, (_, number) => person.addProject(`Project ${number}`))
  const from = world.clock.now() - (DUE_DAYS / 2) * DAY_MS
  for (let number = 0; number < tasks; number += 1) {
    const isRare = number % ONE_RARE_OF === 0
    const day = new Date(from + ((number * 7) % DUE_DAYS) * DAY_MS).toISOString().slice(0, 10)
    const [verb, noun] = [
      VERBS[number % VERBS.length],
      NOUNS[Math.floor(number / VERBS.length) % NOUNS.length],
    ]
    person.add(`${verb} the ${noun} ${number}${isRare ? ` ${RARE_WORD}` : ''}`, {
      project_id: places[number % places.length]?.id,
      labels: [LABELS[number % LABELS.length], ...(isRare ? [RARE_LABEL] : [])],
      priority: 1 + (number % 4),
      ...(number % 3 !== 0 && { due: { date: day } }),
    })
  }
  return person
}

const control = new Hono()
control.get('/', (c) => {
  const place: TodoistPlace = {
    ...{ url: todoist.url, many: many.token, few: few.token, calls: todoist.calls.length },
  }
  return c.json(place)
})
/** The person's phone changes so many tasks. */
control.post('/change/:tasks', (c) => {
  const description = `Changed at ${world.clock.now()}`
  for (const { id } of many.tasks().slice(0, Number(c.req.param('tasks')))) many.edit(id, { description })
  return c.json({ description })
})
serve({ fetch: control.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
  process.stdout.write(`http://127.0.0.1:${port}\n`)
})
