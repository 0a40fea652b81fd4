/** The page: who looks, the lists there are, the tasks of one, and what goes over the wire. */
import { readFileSync } from 'node:fs'
import { html, raw } from 'hono/html'
import { sharedLabels } from '../actions/labels.ts'
import type { Project } from '../world/wire.ts'
import { colorOf, type Html, icon } from './icons.ts'
import { type Look, nameOf, tasksOf, todayOf } from './look.ts'
import { STYLE } from './style.ts'
import { listOf } from './tasks.ts'

const SCRIPT = readFileSync(new URL('./script.js', import.meta.url), 'utf8')
const CALLS_SHOWN = 40

/** What went over the wire, for people to see. */
export interface Wire {
  readonly calls: readonly { readonly route: string; readonly atMs: number; readonly commands: string }[]
  readonly webhooks: readonly { readonly name: string; readonly attempts: readonly (number | undefined)[] }[]
  /** What is broken at present. */
  readonly broken: readonly string[]
}

/** The parts of the page by the id of the element that holds each; the script puts in those that changed. */
export async function partsOf(look: Look, wire: Wire): Promise<Record<string, string>> {
  const parts: Record<string, Html> = {
    sidebar: sidebarOf(look),
    title: titleOf(look),
    tasks: listOf(look),
    wire: wireOf(look, wire),
  }
  const entries = Object.entries(parts).map(async ([id, part]) => [id, String(await part)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

export async function pageOf(look: Look, wire: Wire): Promise<string> {
  const parts = await partsOf(look, wire)
  const part = (id: string) => raw(parts[id] ?? '')
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Todoist, a stand-in</title>
        <link rel="icon" href="data:,">
        <style>${raw(STYLE)}</style>
      </head>
      <body>
        <aside id="sidebar">${part('sidebar')}</aside>
        <main>
          <header class="top"><button type="button" class="burger" data-burger aria-label="Lists">${icon('menu')}</button><div id="title">${part('title')}</div></header>
          <form id="add"><span>${icon('plus')}</span><input name="text" autocomplete="off" aria-label="Add a task" placeholder="Add a task: “Pay rent every month p1 @money #Home”"><button type="submit">Add</button></form>
          <div id="tasks">${part('tasks')}</div>
        </main>
        <section id="wire" aria-label="The wire">${part('wire')}</section>
        ${dialog()}
        <div id="toast" role="status"></div>
        <script>${raw(SCRIPT)}</script>
      </body>
    </html>`
  return String(await page)
}

function dialog(): Html {
  return html`
    <dialog id="edit">
      <form method="dialog">
        <input name="content" class="large" aria-label="Task" required>
        <textarea name="description" rows="2" placeholder="Description" aria-label="Description"></textarea>
        <div class="fields">
          <label>Due<input name="due" placeholder="no date"></label>
          <label>Priority<select name="priority">${[4, 3, 2, 1].map((value) => html`<option value="${value}">p${5 - value}</option>`)}</select></label>
          <label>Labels<input name="labels" placeholder="one, two"></label>
        </div>
        <footer><button type="button" class="press" data-cancel>Cancel</button><button type="submit" class="press primary">Save</button></footer>
      </form>
    </dialog>`
}

function sidebarOf(look: Look): Html {
  const { world, person, view } = look
  const projects = world.projects
    .where(
      (each) => !each.is_deleted && !each.is_archived && !each.inbox_project && world.canSee(person, each.id),
    )
    .sort((one, other) => one.child_order - other.child_order)
  const labels = world.labels.where((each) => !each.is_deleted && world.labels.ownerOf(each) === person.id)
  const names = [...labels, ...sharedLabels({ world, person }).map((name) => ({ name, color: 'grey' }))]
  const filters = world.filters.where((each) => !each.is_deleted && world.filters.ownerOf(each) === person.id)
  const link = (to: string, mark: Html, name: string) => {
    const count = tasksOf({ ...look, view: to }).length
    return html`<a href="?as=${person.id}&view=${encodeURIComponent(to)}" ${to === view ? html`aria-current="page"` : ''}>${mark}<span>${name}</span>${count === 0 ? '' : html`<em>${count}</em>`}</a>`
  }
  const sign = (name: 'hash' | 'label' | 'filter' | 'people', color: string) =>
    html`<b style="color: ${colorOf(color)}">${icon(name)}</b>`
  return html`
    <header>
      <span class="avatar">${person.fullName[0]}</span><strong>${person.fullName}</strong>
      <select data-person aria-label="You are">${world.people.map((each) => html`<option value="${each.id}" ${each === person ? 'selected' : ''}>${each.fullName}</option>`)}</select>
    </header>
    <nav>
      ${link('today', icon('today'), 'Today')}
      ${link('upcoming', icon('calendar'), 'Upcoming')}
      ${link(`project:${person.inbox.id}`, icon('inbox'), 'Inbox')}
      <h3>Projects<button type="button" data-add-project title="Add a project">${icon('plus')}</button></h3>
      ${depthFirst(projects).map(({ project, depth }) => html`<div style="padding-left: ${depth}rem">${link(`project:${project.id}`, sign(project.is_shared ? 'people' : 'hash', project.color), project.name)}</div>`)}
      ${names.length === 0 ? '' : html`<h3>Labels</h3>`}
      ${names.map(({ name, color }) => link(`label:${name}`, sign('label', color), name))}
      ${filters.length === 0 ? '' : html`<h3>Filters</h3>`}
      ${filters.map(({ id, name, color }) => link(`filter:${id}`, sign('filter', color), name))}
    </nav>`
}

function depthFirst(projects: Project[]) {
  const ids = new Set(projects.map(({ id }) => id))
  const below = (project: Project, depth: number): { project: Project; depth: number }[] => [
    { project, depth },
    ...projects.filter((each) => each.parent_id === project.id).flatMap((each) => below(each, depth + 1)),
  ]
  const roots = projects.filter(({ parent_id }) => typeof parent_id !== 'string' || !ids.has(parent_id))
  return roots.flatMap((root) => below(root, 0))
}

function titleOf(look: Look): Html {
  const { world, view } = look
  const name = nameOf(look)
  const isProject = view.startsWith('project:')
  const titles: Record<string, string> = { today: 'Today', upcoming: 'Upcoming' }
  const title =
    titles[view] ??
    (isProject
      ? world.projects.get(name)?.name
      : view.startsWith('label:')
        ? `@${name}`
        : world.filters.get(name)?.name)
  const day = todayOf(look).toLocaleString('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  })
  const note = view === 'today' ? day : view.startsWith('filter:') ? world.filters.get(name)?.query : ''
  return html`<h1>${title ?? 'Gone'}</h1><p>${note}</p>${isProject ? html`<button type="button" class="press" data-add-section="${name}">${icon('plus')}Section</button>` : ''}`
}

/** The faults that a person can cause here. */
const FAULTS = [
  ['lose', 'Lose an answer', 'The next sync is done, and its answer is lost'],
  ['down', '503 once', 'The next sync is answered with 503, and not done'],
  ['limit', '429 once', 'The next sync has to wait for 30 seconds'],
  ['expire', 'Forget tokens', 'No sync token is known any more'],
  ['events', 'Lose an event', 'The next webhook is not sent'],
] as const

function wireOf({ world }: Look, { calls, webhooks, broken }: Wire): Html {
  const time = (atMs: number) => new Date(atMs).toISOString().slice(11, 19)
  const isDown = broken.includes('offline')
  return html`
    <header><h2>Wire</h2><label class="switch"><input type="checkbox" data-offline ${isDown ? 'checked' : ''}><span>Cut the network</span></label></header>
    <div class="faults">${FAULTS.map(([kind, name, meaning]) => html`<button type="button" class="press" data-fault="${kind}" title="${meaning}">${icon('bolt')}${name}</button>`)}</div>
    <p class="counts">${calls.length} calls · ${webhooks.length} events · change ${world.version}</p>
    <ol>${calls
      .slice(-CALLS_SHOWN)
      .reverse()
      .map(
        ({ route, atMs, commands }) =>
          html`<li><time>${time(atMs)}</time><code>${route}</code><small>${commands}</small></li>`,
      )}</ol>
    ${calls.length === 0 ? html`<p class="hint">Calls of the gateway appear here.</p>` : ''}`
}
