/**
 * The stand-in of Todoist by itself, with a person's things in it, to play with: `npx tsx test/support/todoist/serve.ts`.
 * `PORT` sets its port; `WEBHOOK_URL` is where it sends events once someone consented through OAuth.
 */
import process from 'node:process'
import { startTodoist } from './start-todoist.ts'
import type { World } from './world/world.ts'

const DEFAULT_PORT = 3910

const todoist = await startTodoist({
  port: Number(process.env.PORT ?? DEFAULT_PORT),
  app: process.env.WEBHOOK_URL === undefined ? {} : { webhookUrl: process.env.WEBHOOK_URL },
})
const ada = furnish(todoist.world)
console.log(`Todoist stands in at ${todoist.url}. Start the gateway with:\n`)
for (const [name, value] of Object.entries(todoist.settingsFor(ada))) console.log(`export ${name}=${value}`)
console.log(`
For accounts that are connected through OAuth, also:

export TODOIST_CLIENT_ID=${todoist.app.clientId}
export TODOIST_CLIENT_SECRET=${todoist.app.clientSecret}`)

/** A person with a home and work, and a colleague who shares one project. */
function furnish(world: World) {
  const person = world.person('ada', { fullName: 'Ada Lovelace' })
  const bob = world.person('bob', { fullName: 'Bob Hopper' })
  const home = person.addProject('Home', { color: 'green' })
  const launch = person.addProject('Launch', { color: 'blue' })
  person.addProject('Press', { color: 'grape', parent_id: launch.id })
  person.share(launch, bob)
  const [bills, garden] = ['Bills', 'Garden'].map((name) => person.addSection(name, home))
  for (const [name, color] of [
    ['money', 'yellow'],
    ['waiting', 'lavender'],
  ])
    person.does('label_add', { name, color })
  person.does('filter_add', { name: 'Urgent soon', query: '(today | overdue | 7 days) & p1', color: 'red' })
  person.add('Pay the rent', {
    section_id: bills?.id,
    priority: 4,
    labels: ['money'],
    due: { string: 'every month' },
  })
  person.add('Renew the insurance', {
    section_id: bills?.id,
    due: { string: 'in 9 days' },
    labels: ['money', 'waiting'],
  })
  person.add('Water the plants', { section_id: garden?.id, due: { string: 'every! 3 days' }, priority: 2 })
  person.add('Call the bank', { priority: 3, due: { string: 'tomorrow at 9am' } })
  person.add('Read about queues', { description: 'The chapter on leases' })
  const post = person.add('Write the launch post', {
    project_id: launch.id,
    priority: 4,
    due: { string: 'today' },
    responsible_uid: bob.id,
    description: 'Numbers first, then the story',
  })
  for (const content of ['Collect the numbers', 'First draft']) person.add(content, { parent_id: post.id })
  person.does('note_add', { item_id: post.id, content: 'Bob has the numbers.' })
  person.add('Book the room', { project_id: launch.id, priority: 3, due: { string: 'yesterday' } })
  person.add('Invite the press', {
    project_id: launch.id,
    due: { string: 'fri' },
    deadline: { date: inDays(world, 12), lang: 'en' },
  })
  person.complete(person.add('Choose a date', { project_id: launch.id }).id)
  return person
}

function inDays(world: World, days: number): string {
  return new Date(world.clock.now() + days * 86_400_000).toISOString().slice(0, 10)
}
