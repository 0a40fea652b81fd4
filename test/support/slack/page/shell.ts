/** The page: who looks, what there is to look at, and what they see. */
import { readFileSync } from 'node:fs'
import { html, raw } from 'hono/html'
import type { Channel } from '../world/channel.ts'
import { sessionOf } from '../world/sessions.ts'
import type { User } from '../world/user.ts'
import type { World } from '../world/world.ts'
import { blocksOf } from './blocks.ts'
import { icon } from './icons.ts'
import { type Html, textOf } from './markup.ts'
import { avatarOf, messagesOf, type Sight, sessionBarOf } from './messages.ts'
import { STYLE } from './style.ts'

const SCRIPT = readFileSync(new URL('./script.js', import.meta.url), 'utf8')

/** The sign of each kind of conversation. */
const MARKS = { channel: 'hash', group: 'lock', im: 'reply', mpim: 'group' } as const

/** What the address says of the look. */
export interface Look {
  readonly world: World
  readonly as: User
  readonly channel: Channel | undefined
  readonly thread: string | undefined
}

/** The parts of the page by the id of the element that holds each; the script puts in those that changed. */
export async function partsOf(look: Look, counts: string): Promise<Record<string, string>> {
  const { world, as, channel, thread } = look
  const sight: Sight | undefined = channel && { world, as, channel }
  const inThread: Sight | undefined = sight && { ...sight, thread }
  const parts: Record<string, Html> = {
    sidebar: sidebarOf(look, counts),
    title: channel === undefined ? html`${icon('home')}<h1>${world.app.name}</h1>` : titleOf(channel, as),
    messages: sight === undefined ? homeOf(world, as) : messagesOf(sight),
    'thread-messages': inThread?.thread === undefined ? html`` : messagesOf(inThread),
    'thread-title': channel && thread !== undefined ? threadTitleOf(world, channel, thread) : html``,
    session: inThread === undefined ? html`` : sessionBarOf(inThread),
    prompts: channel === undefined ? html`` : promptsOf(world, channel),
    modal: modalOf(world, as),
  }
  const entries = Object.entries(parts).map(async ([id, part]) => [id, String(await part)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

export async function pageOf(look: Look, counts: string): Promise<string> {
  const parts = await partsOf(look, counts)
  const part = (id: string) => raw(parts[id] ?? '')
  const box = (id: string, placeholder: string) => html`
    <form class="box" data-box="${id}">
      <textarea rows="1" placeholder="${placeholder}" aria-label="${placeholder}"></textarea>
      <label class="attach" title="Attach a file">${icon('attach')}<input type="file" hidden></label>
      <button type="submit" title="Send">${icon('send')}</button>
    </form>`
  const { channel, thread, as } = look
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${channel?.name ?? 'Home'} · ${as.workspace.name}</title>
        <link rel="icon" href="data:,">
        <style>${raw(STYLE)}</style>
      </head>
      <body class="${thread === undefined ? '' : 'with-thread'} ${channel === undefined ? 'at-home' : ''}">
        <aside id="sidebar">${part('sidebar')}</aside>
        <main>
          <header class="top"><button type="button" class="burger" data-burger aria-label="Channels">${icon('menu')}</button><div id="title">${part('title')}</div></header>
          <div class="scroller" id="messages">${part('messages')}</div>
          <div id="prompts">${part('prompts')}</div>
          ${channel === undefined ? '' : box('channel', `Message ${channel.kind === 'im' ? look.world.app.name : `#${channel.name}`}`)}
        </main>
        <section class="thread" aria-label="Thread">
          <header class="top"><div id="thread-title">${part('thread-title')}</div><button type="button" data-close-thread title="Close">${icon('close')}</button></header>
          <div class="scroller" id="thread-messages">${part('thread-messages')}</div>
          <div id="session">${part('session')}</div>
          ${channel === undefined ? '' : box('thread', 'Reply…')}
        </section>
        <div id="modal">${part('modal')}</div>
        <div id="toast" role="status"></div>
        <script>${raw(SCRIPT)}</script>
      </body>
    </html>`
  return String(await page)
}

function sidebarOf({ world, as, channel: open }: Look, counts: string): Html {
  const { workspace } = as
  const all = [...workspace.channels.values()].filter((each) => each.kind !== 'im')
  const dm = [...workspace.channels.values()].find((each) => each.kind === 'im' && each.has(as))
  const link = (channel: Channel, mark: Html, name: string) => html`
    <a href="?as=${as.id}&channel=${channel.id}" ${channel === open ? html`aria-current="page"` : ''}>${mark}<span>${name}</span>${channel.isExtShared ? html`<em>shared</em>` : ''}</a>`
  return html`
    <header>
      <h2>${workspace.name}</h2>
      <select data-workspace aria-label="Workspace">
        ${world.workspaces.map((each) => html`<option value="${firstPerson(each.users.values())?.id ?? ''}" ${each === workspace ? 'selected' : ''}>${each.name}</option>`)}
      </select>
    </header>
    <nav>
      <a href="?as=${as.id}&home=1" ${open === undefined ? html`aria-current="page"` : ''}>${icon('home')}<span>Home of ${world.app.name}</span></a>
      <h3>Channels</h3>
      ${all.filter((each) => each.has(as)).map((each) => link(each, icon(MARKS[each.kind]), each.name))}
      <h3>Direct messages</h3>
      ${dm === undefined ? html`<a href="?as=${as.id}&dm=1">${avatarOf(workspace.bot, 'tiny')}<span>${world.app.name}</span></a>` : link(dm, avatarOf(workspace.bot, 'tiny'), world.app.name)}
    </nav>
    <footer>
      <h3>You are</h3>
      <div class="people">
        ${[...workspace.users.values()]
          .filter((user) => !user.options.isBot)
          .map(
            (user) => html`
              <a href="?as=${user.id}${open?.has(user) ? `&channel=${open.id}` : ''}" ${user === as ? html`aria-current="true"` : ''} title="${describe(user)}">${avatarOf(user, 'small')}<span>${user.realName}${user.isDeleted ? html` <small>left</small>` : user.options.isRestricted || user.options.isUltraRestricted ? html` <small>guest</small>` : ''}</span></a>`,
          )}
      </div>
      <p class="counts">${counts}</p>
    </footer>`
}

export function firstPerson(users: Iterable<User>): User | undefined {
  return [...users].find((user) => user.options.isBot !== true && !user.isDeleted)
}

function describe(user: User): string {
  return `${user.realName} (@${user.name}, ${user.id})`
}

function titleOf(channel: Channel, as: User): Html {
  const { world } = channel.host
  if (channel.kind === 'im')
    return html`${avatarOf(as.workspace.bot, 'small')}<h1>${world.app.name}</h1><b class="badge">APP</b>`
  const people = [...channel.members].map((id) => world.users.get(id))
  return html`
    ${icon(MARKS[channel.kind])}<h1>${channel.name}</h1>
    <div class="members">${people.slice(0, 5).map((user) => avatarOf(user, 'tiny'))}<span>${people.length}</span></div>`
}

function threadTitleOf(world: World, channel: Channel, thread: string): Html {
  const title = sessionOf(world, channel.id, thread)?.title
  return html`<h1>Thread</h1><span class="soft">${title || (channel.kind === 'im' ? world.app.name : `#${channel.name}`)}</span>`
}

function promptsOf(world: World, channel: Channel): Html {
  const prompts = sessionOf(world, channel.id, '')?.prompts ?? []
  return html`${prompts.map(({ title, message }) => html`<button type="button" data-prompt="${message}">${title}</button>`)}`
}

function homeOf(world: World, as: User): Html {
  if (as.home === undefined)
    return html`<div class="empty"><p>${world.app.name} has not published a home for ${as.realName} yet.</p></div>`
  return html`<div class="home" data-view="${as.home.id}">${blocksOf(world, as.home.blocks)}</div>`
}

function modalOf(world: World, as: User): Html {
  const view = as.modals.at(-1)
  if (view === undefined) return html``
  return html`
    <div class="veil">
      <form class="dialog" data-view="${view.id}" data-hash="${view.hash}" role="dialog" aria-modal="true">
        <header><h2>${textOf(world, view.title)}</h2><button type="button" data-close-modal title="Close">${icon('close')}</button></header>
        <div class="scroller">${blocksOf(world, view.blocks)}</div>
        <footer>
          <button type="button" class="press" data-close-modal>${view.close ? textOf(world, view.close) : 'Cancel'}</button>
          ${view.submit ? html`<button type="submit" class="press primary">${textOf(world, view.submit)}</button>` : ''}
        </footer>
      </form>
    </div>`
}
