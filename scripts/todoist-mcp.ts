/**
 * `npx tsx scripts/todoist-mcp.ts`: Todoist's own MCP server against the stand-in of Todoist. It shows that the stand-in
 * speaks as that server expects. The server with what it needs takes 79 MB, so it is installed here at its first use, and
 * is no dependency of the project.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { startTodoist, type TodoistStandIn } from '../test/support/todoist/start-todoist.ts'
import type { Person } from '../test/support/todoist/world/person.ts'

const PACKAGES = ['@doist/todoist-mcp@11.0.0', '@modelcontextprotocol/sdk@1.32.2']
const PLACE = join('node_modules', '.cache', 'todoist-mcp')
const SERVER = join(PLACE, 'node_modules', '@doist', 'todoist-mcp', 'dist', 'main.js')
const TOOLS = 45
/** Tools whose answers do not match the schemas that the server itself publishes. */
const KNOWN_FAULTS = ['manage-assignments', 'get-workspace-insights']

type Json = Record<string, unknown>

const say = (line: string) => void process.stdout.write(`${line}\n`)

if (!existsSync(SERVER)) install()
const todoist = await startTodoist()
const ada = todoist.world.person('ada')
const client = new Client({ name: 'comparison', version: '1' })
await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [SERVER],
    env: {
      ...(process.env as Record<string, string>),
      TODOIST_API_KEY: ada.token,
      TODOIST_BASE_URL: todoist.url,
    },
    stderr: 'ignore',
  }),
)
const { tools } = await client.listTools()
say(`${tools.length} tools${tools.length === TOOLS ? '' : `, not ${TOOLS}`}`)
let failures = tools.length === TOOLS ? 0 : 1
const called = new Set<string>()

await callAll(todoist, ada)
await showUnavailable(todoist, ada)
say(`${called.size} tools called, ${failures} failures`)
await client.close()
await todoist.close()
process.exitCode = failures === 0 ? 0 : 1

function install(): void {
  mkdirSync(PLACE, { recursive: true })
  writeFileSync(join(PLACE, 'package.json'), '{ "private": true }\n')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--save-exact', ...PACKAGES], { cwd: PLACE })
}

/** Calls a tool and says how it went. */
async function call(name: string, args: Json = {}): Promise<void> {
  called.add(name)
  const { isError, text } = await answerOf(name, args)
  if (isError) failures += 1
  say(`${isError ? 'FAILED' : 'ok    '} ${name.padEnd(28)} ${text.split('\n')[0]?.slice(0, 90)}`)
}

async function answerOf(name: string, args: Json): Promise<{ isError: boolean; text: string }> {
  try {
    const { isError = false, content } = await client.callTool({ name, arguments: args })
    const text = (content as { text?: string }[])[0]?.text ?? ''
    return { isError: isError && !KNOWN_FAULTS.includes(name), text }
  } catch (error) {
    return { isError: !KNOWN_FAULTS.includes(name), text: String(error) }
  }
}

async function callAll({ world }: TodoistStandIn, person: Person): Promise<void> {
  const bob = world.person('bob')
  const team = person.addWorkspace('Team', bob)
  await call('add-projects', { projects: [{ name: 'Home' }, { name: 'Old' }] })
  const [home, old] = ['Home', 'Old'].map((name) => world.projects.where((each) => each.name === name)[0])
  if (home === undefined || old === undefined) throw new Error('The projects are not there.')
  person.share(home, bob)
  await call('add-sections', { sections: [{ name: 'Bills', projectId: home.id }] })
  const [bills] = world.sections.all()
  await call('add-tasks', {
    tasks: [
      { content: 'Rent', dueString: 'every month', priority: 'p1', sectionId: bills?.id, labels: ['money'] },
      {
        content: 'Call',
        dueString: 'tomorrow 9am',
        duration: '2h30m',
        deadlineDate: '2030-12-24',
        projectId: home.id,
      },
      { content: 'Read', projectId: 'inbox' },
    ],
  })
  const [rent, talk, read] = ['Rent', 'Call', 'Read'].map((content) => person.find(content))
  const ids = { rent: rent?.id, talk: talk?.id, read: read?.id }
  await call('update-tasks', {
    tasks: [{ id: ids.read, content: 'Read', description: 'Chapter 1', priority: 'p2' }],
  })
  await call('reschedule-tasks', { tasks: [{ id: ids.rent, date: '2030-01-15' }] })
  await call('manage-assignments', {
    operation: 'assign',
    taskIds: [ids.talk],
    responsibleUser: 'bob@example.com',
  })
  await call('add-comments', { comments: [{ taskId: ids.read, content: 'Look' }] })
  await call('find-comments', { taskId: ids.read })
  const [note] = world.notes.all()
  await call('update-comments', { comments: [{ id: note?.id, content: 'Look again' }] })
  await call('add-reminders', { reminders: [{ type: 'relative', taskId: ids.talk, minuteOffset: 30 }] })
  await call('find-reminders', { taskId: ids.talk })
  const [reminder] = world.reminders.all()
  await call('update-reminders', { reminders: [{ type: 'relative', id: reminder?.id, minuteOffset: 15 }] })
  await call('add-labels', { labels: [{ name: 'own' }] })
  await call('find-labels')
  const [label] = world.labels.all()
  await call('update-labels', { labels: [{ labelType: 'personal', id: label?.id, name: 'mine' }] })
  await call('add-filters', { filters: [{ name: 'Soon', query: '7 days' }] })
  await call('find-filters')
  const [filter] = world.filters.all()
  await call('update-filters', { filters: [{ id: filter?.id, query: 'today | overdue' }] })
  await call('find-tasks', { searchText: 'Read' })
  await call('find-tasks', { projectId: home.id })
  await call('find-tasks', { filter: '#Home & p1' })
  await call('find-tasks', { filterIdOrName: 'Soon' })
  await call('find-tasks-by-date', { startDate: 'today', daysCount: 7 })
  await call('complete-tasks', { ids: [ids.rent, ids.read] })
  await call('find-completed-tasks')
  await call('uncomplete-tasks', { ids: [ids.read] })
  await call('find-activity')
  await call('get-productivity-stats')
  await call('user-info')
  await call('get-overview')
  await call('get-overview', { projectId: home.id })
  await call('find-projects')
  await call('find-sections', { projectId: home.id })
  await call('update-projects', { projects: [{ id: home.id, name: 'House' }] })
  await call('update-sections', { sections: [{ id: bills?.id, name: 'Payments' }] })
  await call('reorder-objects', { type: 'section', items: [{ id: bills?.id, order: 1 }] })
  await call('find-project-collaborators', { projectId: home.id })
  await call('fetch-object', { type: 'task', id: ids.talk })
  await call('search', { query: 'Read' })
  await call('fetch', { id: `task:${ids.read}` })
  await call('list-workspaces')
  await call('project-move', { action: 'move-to-workspace', projectId: old.id, workspaceId: team.id })
  for (const tool of ['get-project-health', 'analyze-project-health', 'get-project-activity-stats'])
    await call(tool, { projectId: home.id })
  await call('get-workspace-insights', { workspaceIdOrName: 'Team' })
  await call('project-management', { action: 'archive', projectId: old.id })
  await call('delete-object', { type: 'task', id: ids.read })
}

/** What is left of a batch in which one request met a 503. */
async function showUnavailable({ faults }: TodoistStandIn, person: Person): Promise<void> {
  const tasks = ['One', 'Two', 'Three'].map((content) => ({ content: `Batch ${content}` }))
  faults.unavailable('POST /tasks')
  await call('add-tasks', { tasks })
  const count = person.tasks().filter(({ content }) => content.startsWith('Batch')).length
  say(`After one 503 in a batch of ${tasks.length}, ${count} of its tasks are there.`)
}
