/** Messages as people see them: in the channel, and in a thread beside it. */
import { html } from 'hono/html'
import type { Channel } from '../world/channel.ts'
import { sessionOf } from '../world/sessions.ts'
import type { User } from '../world/user.ts'
import type { Message, WireFile } from '../world/wire.ts'
import type { World } from '../world/world.ts'
import { blocksOf } from './blocks.ts'
import { icon } from './icons.ts'
import { emoji, type Html, mrkdwn } from './markup.ts'

/** Messages of one author within this time are shown under one name. */
const GROUP_MS = 5 * 60 * 1000

export interface Sight {
  readonly world: World
  readonly channel: Channel
  readonly as: User
  /** The root of the thread that is shown, rather than the channel. */
  readonly thread?: string | undefined
}

export function messagesOf(sight: Sight): Html {
  const all = [...writtenIn(sight), ...whispersIn(sight)].sort((a, b) => a.ts.localeCompare(b.ts))
  let before: Message | undefined
  let day = ''
  return html`${all.map((message) => {
    const own = dayOf(message)
    const isNewDay = own !== day
    const isGrouped = !isNewDay && isSameGroup(before, message)
    before = message
    day = own
    return html`${isNewDay ? html`<div class="day"><span>${own}</span></div>` : ''}${messageOf(sight, message, isGrouped)}`
  })}`
}

function writtenIn({ channel, thread }: Sight): Message[] {
  return thread === undefined ? channel.messages() : channel.thread(thread)
}

function whispersIn({ channel, as, thread }: Sight): Message[] {
  return as.ephemeralsIn(channel).filter((message) => message.thread_ts === thread)
}

function messageOf(sight: Sight, message: Message, isGrouped: boolean): Html {
  const { world, channel, as } = sight
  const author = world.users.get(message.user ?? '')
  const isWhisper = message.subtype === 'ephemeral'
  const isMine = message.user === as.id
  return html`
    <article class="message ${isGrouped ? 'grouped' : ''} ${isWhisper ? 'whisper' : ''}" data-ts="${message.ts}" data-channel="${channel.id}" data-whisper="${isWhisper}">
      ${isGrouped ? html`<time class="small">${timeOf(message)}</time>` : avatarOf(author)}
      <div class="body">
        ${isWhisper ? html`<div class="note">${icon('eye')} Only visible to you</div>` : ''}
        ${
          isGrouped
            ? ''
            : html`<header><strong>${author?.realName ?? 'Slackbot'}</strong>${author?.options.isBot ? html`<b class="badge">APP</b>` : ''}<time>${timeOf(message)}</time></header>`
        }
        ${isHidden(sight, message) ? html`<span class="working">writing</span>` : contentOf(world, message)}
        ${reactionsOf(message)}
        ${sight.thread === undefined && !isWhisper ? repliesOf(sight, message) : ''}
      </div>
      ${
        isWhisper
          ? ''
          : html`<menu>
              ${sight.thread === undefined ? html`<button type="button" data-open-thread="${message.thread_ts ?? message.ts}" title="Reply in thread">${icon('reply')}</button>` : ''}
              <button type="button" data-react title="React">${icon('react')}</button>
              ${isMine ? html`<button type="button" data-edit title="Edit">${icon('edit')}</button><button type="button" data-delete title="Delete">${icon('trash')}</button>` : ''}
            </menu>`
      }
    </article>`
}

/** While a stream is open, only those for whom it is live see what it says. */
function isHidden({ channel, as }: Sight, message: Message): boolean {
  const stream = channel.streams.get(message.ts)
  return stream?.isOpen === true && !stream.isLiveFor(as.id)
}

function contentOf(world: World, message: Message): Html {
  const isTyping = message.streaming_state === 'in_progress'
  const main = message.blocks?.length
    ? blocksOf(world, message.blocks)
    : html`<div class="text">${mrkdwn(world, message.text)}</div>`
  return html`
    <div class="content ${isTyping ? 'streaming' : ''}">
      ${main}${message.edited ? html` <span class="edited">(edited)</span>` : ''}
      ${message.streaming_state === 'errored' ? html`<div class="note">The stream ended before it was complete.</div>` : ''}
    </div>
    ${(message.attachments ?? []).map(
      (each) =>
        html`<div class="attachment">${each.blocks ? blocksOf(world, each.blocks as never) : html`<strong>${each.title ?? each.service_name}</strong><div class="soft">${each.text ?? each.from_url}</div>`}</div>`,
    )}
    ${(message.files ?? []).map((file) => fileOf(file))}`
}

function fileOf(file: WireFile): Html {
  const isImage = file.mimetype.startsWith('image/')
  return html`
    <a class="file" href="/shown/${file.id}" target="_blank" rel="noreferrer">
      ${isImage ? html`<img src="/shown/${file.id}" alt="${file.name}">` : icon('file')}
      <span><strong>${file.title ?? file.name}</strong><small>${file.filetype} · ${sizeOf(file.size)}</small></span>
    </a>`
}

function sizeOf(bytes: number): string {
  return bytes < 1000
    ? `${bytes} bytes`
    : bytes < 1e6
      ? `${(bytes / 1000).toFixed(1)} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`
}

function reactionsOf(message: Message): Html {
  if (!message.reactions?.length) return html``
  return html`<div class="reactions">${message.reactions.map(({ name, count }) => html`<span>${emoji(name)} ${count}</span>`)}</div>`
}

function repliesOf({ world, channel }: Sight, message: Message): Html {
  const replies = channel.replies(message.ts)
  const session = sessionOf(world, channel.id, message.ts)
  const last = replies.at(-1)
  if (last === undefined && session === undefined) return html``
  const people = [...new Set(replies.map((reply) => reply.user ?? ''))].slice(0, 5)
  return html`
    <button type="button" class="replies" data-open-thread="${message.ts}">
      ${people.map((id) => avatarOf(world.users.get(id), 'tiny'))}
      <b>${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}</b>
      ${session?.status === 'processing' ? html`<span class="working">working</span>` : ''}
      ${session?.status === 'suspended' ? html`<span class="waiting">waiting for an answer</span>` : ''}
      ${last ? html`<span class="soft">Last reply ${timeOf(last)}</span>` : ''}
    </button>`
}

/** What Slack shows of the agent's work above the box of a thread. */
export function sessionBarOf({ world, channel, thread }: Sight): Html {
  const session = thread === undefined ? undefined : sessionOf(world, channel.id, thread)
  const bot = world.app.in(channel.host)
  const name = world.users.get(bot?.botUserId ?? '')?.realName ?? world.app.name
  if (session?.assistantStatus)
    return html`<div class="session"><span class="working">${name} ${session.assistantStatus}</span></div>`
  if (session?.status === 'processing') {
    return html`<div class="session"><span class="working">${name} is working</span><button type="button" class="stop" data-stop>Stop</button></div>`
  }
  if (session?.status === 'suspended')
    return html`<div class="session"><span class="waiting">${name} waits for an answer</span></div>`
  return html``
}

const HUES = [12, 42, 92, 152, 186, 212, 256, 292, 332]

export function avatarOf(user: User | undefined, size = ''): Html {
  const name = user?.realName ?? 'Slackbot'
  const words = name.split(/[\s._-]+/).filter((word) => word !== '')
  const initials = words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('')
  const sum = [...(user?.id ?? name)].reduce((total, sign) => (total * 31 + sign.charCodeAt(0)) % 9973, 7)
  const hue = HUES[sum % HUES.length]
  return html`<span class="avatar ${size} ${user?.options.isBot ? 'bot' : ''}" style="--hue: ${hue}" title="${name}">${initials}</span>`
}

function timeOf({ ts }: Message): string {
  return new Date(Number(ts) * 1000).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
  })
}

function dayOf({ ts }: Message): string {
  const options = { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' } as const
  return new Date(Number(ts) * 1000).toLocaleDateString('en-GB', options)
}

function isSameGroup(before: Message | undefined, message: Message): boolean {
  if (before === undefined || before.user !== message.user || before.subtype !== message.subtype) return false
  return (Number(message.ts) - Number(before.ts)) * 1000 < GROUP_MS
}
