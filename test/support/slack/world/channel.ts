/** A conversation: a channel, a private one, a direct message or a group of them, with everything written in it. */
import type { Stream } from './stream.ts'
import type { User } from './user.ts'
import type { ChannelKind, Message } from './wire.ts'
import type { Workspace } from './workspace.ts'

interface ChannelStart {
  readonly kind: ChannelKind
  readonly name: string
  readonly members: readonly User[]
}

const ID_LETTERS: Record<ChannelKind, string> = { channel: 'C', group: 'C', im: 'D', mpim: 'C' }

export class Channel {
  readonly id: string
  readonly name: string
  readonly kind: ChannelKind
  readonly host: Workspace
  readonly createdAtMs: number
  /** The workspaces that see it. */
  readonly workspaces = new Set<Workspace>()
  readonly members = new Set<string>()
  readonly streams = new Map<string, Stream>()
  isArchived = false
  readonly #messages = new Map<string, Message>()
  readonly #threads = new Map<string, Message[]>()

  constructor(host: Workspace, start: ChannelStart) {
    this.host = host
    this.id = host.world.ids.next(ID_LETTERS[start.kind])
    this.name = start.name
    this.kind = start.kind
    this.createdAtMs = host.world.clock.now()
    for (const { id } of start.members) this.members.add(id)
  }

  /** Whether workspaces of different owners see it (Slack Connect). */
  get isExtShared(): boolean {
    return new Set([...this.workspaces].map(({ id, enterprise }) => enterprise?.id ?? id)).size > 1
  }

  get isShared(): boolean {
    return this.workspaces.size > 1
  }

  get hasBot(): boolean {
    return [...this.workspaces].some((workspace) => {
      const bot = this.host.world.app.in(workspace)
      return bot !== undefined && this.members.has(bot.botUserId)
    })
  }

  has(user: User): boolean {
    return this.members.has(user.id)
  }

  /** What is shown in the channel itself, oldest first: roots, and replies that were also sent to the channel. */
  messages(): Message[] {
    return [...this.#messages.values()].filter(isInChannel).map((each) => structuredClone(each))
  }

  /** A thread, oldest first, with its root. */
  thread(ts: string): Message[] {
    const root = this.#messages.get(ts)
    return [...(root === undefined ? [] : [root]), ...this.replies(ts)].map((each) => structuredClone(each))
  }

  /** Everything, in the order in which it was written. */
  everything(): Message[] {
    return [...this.#messages.values()].map((each) => structuredClone(each))
  }

  /** The stored replies themselves, for reading. */
  replies(ts: string): readonly Message[] {
    return this.#threads.get(ts) ?? []
  }

  /** The stored message itself. */
  find(ts: string): Message | undefined {
    return this.#messages.get(ts)
  }

  /** The stored messages themselves, oldest first. */
  stored(): IterableIterator<Message> {
    return this.#messages.values()
  }

  /** Stores a new message, or another version of one in its place. */
  keep(message: Message): void {
    const isNew = !this.#messages.has(message.ts)
    this.#messages.set(message.ts, message)
    if (!isReply(message)) return
    const thread = this.#threads.get(message.thread_ts as string) ?? []
    if (isNew) thread.push(message)
    else thread.splice(indexOf(thread, message.ts), 1, message)
    this.#threads.set(message.thread_ts as string, thread)
  }

  drop(ts: string): void {
    const message = this.#messages.get(ts)
    this.#messages.delete(ts)
    if (message === undefined || !isReply(message)) return
    const thread = this.#threads.get(message.thread_ts as string) ?? []
    thread.splice(indexOf(thread, ts), 1)
  }
}

export function isReply(message: Message): boolean {
  return message.thread_ts !== undefined && message.thread_ts !== message.ts
}

export function isInChannel(message: Message): boolean {
  return !isReply(message) || message.subtype === 'thread_broadcast'
}

function indexOf(thread: readonly Message[], ts: string): number {
  return thread.findIndex((each) => each.ts === ts)
}
