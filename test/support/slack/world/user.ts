/** A person (or a bot) of a workspace: what Slack knows of them, what they see, and what they do. */
import type {
  AgentSessionStoppedEvent,
  AgentSessionTitleChangedEvent,
  AppContextChangedEvent,
  AppHomeOpenedEvent,
} from '@slack/types'
import type { Channel } from './channel.ts'
import type { FormValues } from './elements.ts'
import { type ClickTarget, click, closeView, shortcut, submit, suggest } from './interact.ts'
import { openSession } from './sessions.ts'
import {
  addReaction,
  compose,
  deleteMessage,
  edit,
  type GivenFile,
  join,
  leave,
  type SayOptions,
  say,
  upload,
} from './speak.ts'
import type { Message, View } from './wire.ts'
import type { Workspace } from './workspace.ts'
import type { Answer } from './world.ts'

export interface UserOptions {
  readonly realName?: string
  readonly email?: string
  readonly timeZone?: string
  readonly isBot?: boolean
  /** A guest of several channels. */
  readonly isRestricted?: boolean
  /** A guest of one channel. */
  readonly isUltraRestricted?: boolean
  readonly isAdmin?: boolean
  readonly isDeleted?: boolean
  readonly isWorkflowBot?: boolean
}

interface Ephemeral {
  readonly channelId: string
  readonly message: Message
}

export class User {
  readonly workspace: Workspace
  readonly id: string
  readonly name: string
  readonly options: UserOptions
  realName: string
  email: string | undefined
  isDeleted: boolean
  /** Messages that only they see, oldest first. */
  readonly ephemerals: Ephemeral[] = []
  /** Their open modals, the one on top last. */
  readonly modals: View[] = []
  home: View | undefined
  updatedAtMs: number

  constructor(workspace: Workspace, name: string, options: UserOptions) {
    this.workspace = workspace
    this.id = workspace.world.ids.next('U')
    this.name = name
    this.options = options
    this.realName = options.realName ?? name
    this.email = options.email ?? (options.isBot === true ? undefined : `${name}@${workspace.domain}.example`)
    this.isDeleted = options.isDeleted ?? false
    this.updatedAtMs = workspace.world.clock.now()
  }

  /** Types `text`: `@name` and `#name` become mentions, as the client completes them. */
  say(channel: Channel, text: string, options: SayOptions = {}): Message {
    return say(this, channel, { text, ...options })
  }

  /** Says `text` to the app. */
  mention(channel: Channel, text: string, options: SayOptions = {}): Message {
    return say(this, channel, { text: `<@${this.workspace.bot.id}> ${text}`, ...options })
  }

  /** Writes to the app in private. */
  dm(text: string, options: SayOptions = {}): Message {
    return say(this, this.workspace.dm(this), { text, ...options })
  }

  /** Types a message with links, and does not send it yet. Answers with the id of its preview. */
  compose(text: string): string {
    return compose(this, text)
  }

  edit(channel: Channel, ts: string, text: string): Message {
    return edit(this, channel, ts, text)
  }

  delete(channel: Channel, ts: string): void {
    deleteMessage(this, channel, ts)
  }

  react(channel: Channel, ts: string, name: string): void {
    addReaction(this, channel, ts, name)
  }

  upload(
    channel: Channel,
    file: GivenFile | readonly GivenFile[],
    { text = '', ...options }: SayOptions & { readonly text?: string } = {},
  ): Message {
    const given = Array.isArray(file) ? (file as readonly GivenFile[]) : [file as GivenFile]
    return upload(this, channel, { given, text, ...options })
  }

  /** Presses a button, or chooses `value`, in a message as they saw it, in a modal or on the app's home. */
  click(target: ClickTarget, actionId: string, value?: string | readonly string[]): Promise<Answer> {
    return click(this, target, { actionId, value })
  }

  /** Fills in a modal by action or block, and submits it. */
  submit(view: View, values: FormValues = {}): Promise<Answer> {
    return submit(this, view, values)
  }

  closeModal(view: View): Promise<Answer> {
    return closeView(this, view)
  }

  /** Types in a select whose options the app brings; the answer holds them. */
  suggest(target: ClickTarget, actionId: string, typed: string): Promise<Answer> {
    return suggest(this, target, { actionId, value: typed })
  }

  shortcut(callbackId: string, on?: { channel: Channel; message: Message }): Promise<Answer> {
    return shortcut(this, callbackId, on)
  }

  slash(command: string, text: string, channel: Channel = this.workspace.dm(this)): Promise<Answer> {
    const { workspace, id, name } = this
    const { world, enterprise } = workspace
    const target = { user: this, channel }
    return world.out.command(target, {
      token: world.app.verificationToken,
      team_id: workspace.id,
      team_domain: workspace.domain,
      ...(enterprise && { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
      channel_id: channel.id,
      channel_name: channel.kind === 'im' ? 'directmessage' : channel.name,
      user_id: id,
      user_name: name,
      command,
      text,
      api_app_id: world.app.id,
      is_enterprise_install: 'false',
      response_url: world.out.responseUrl(target),
      trigger_id: world.out.triggerId(this),
    })
  }

  openHome(tab: 'home' | 'messages' = 'home'): void {
    const { world } = this.workspace
    const view = tab === 'home' ? structuredClone(this.home) : undefined
    world.out.event(this.workspace, {
      type: 'app_home_opened',
      user: this.id,
      channel: this.workspace.dm(this).id,
      tab,
      ...(view !== undefined && { view: view as unknown as NonNullable<AppHomeOpenedEvent['view']> }),
      event_ts: world.ids.ts(),
    } satisfies AppHomeOpenedEvent)
  }

  /** Presses Slack's own Stop beside a thread in which the agent is at work. */
  stop(channel: Channel, threadTs: string): void {
    const { world } = this.workspace
    const open = [...channel.streams.values()].filter(
      (stream) => stream.threadTs === threadTs && stream.isOpen,
    )
    for (const stream of open) stream.end('stopped')
    const event = {
      type: 'agent_session_stopped',
      channel: channel.id,
      user: this.id,
      thread_ts: threadTs,
      streaming_message_ts: open.map(({ ts }) => ts),
      event_ts: world.ids.ts(),
    } satisfies AgentSessionStoppedEvent
    world.out.event(this.workspace, event, channel)
  }

  /** Gives the agent's thread another title. */
  renameSession(channel: Channel, threadTs: string, title: string): void {
    const { workspace } = this
    const session = openSession(workspace.world, channel.id, threadTs)
    const event = {
      type: 'agent_session_title_changed',
      channel: channel.id,
      user: this.id,
      team_id: workspace.id,
      thread_ts: threadTs,
      title,
      previous_title: session.title,
      event_ts: workspace.world.ids.ts(),
    } satisfies AgentSessionTitleChangedEvent
    session.title = title
    workspace.world.changed()
    workspace.world.out.event(workspace, event, channel)
  }

  /** Looks at something else beside the conversation with the app. */
  changeContext(context: AppContextChangedEvent['context']): void {
    const { workspace } = this
    const event = {
      type: 'app_context_changed',
      channel: workspace.dm(this).id,
      user: this.id,
      context,
      event_ts: workspace.world.ids.ts(),
    } satisfies AppContextChangedEvent
    workspace.world.out.event(workspace, event)
  }

  joins(channel: Channel): void {
    join(this, channel)
  }

  leaves(channel: Channel): void {
    leave(this, channel)
  }

  /** The messages that only they see in `channel`, oldest first. */
  ephemeralsIn(channel: Channel): Message[] {
    return this.ephemerals
      .filter((each) => each.channelId === channel.id)
      .map(({ message }) => structuredClone(message))
  }

  /** An admin deactivates the account. */
  deactivate(): void {
    this.isDeleted = true
    this.tellChange()
  }

  tellChange(): void {
    const { world } = this.workspace
    this.updatedAtMs = world.clock.now()
    const user = { id: this.id, team_id: this.workspace.id, name: this.name, deleted: this.isDeleted }
    world.out.event(this.workspace, { type: 'user_change', user, event_ts: world.ids.ts() })
    world.changed()
  }
}
