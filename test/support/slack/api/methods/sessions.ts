/** What an agent says of its work in a thread: today's methods, and the older ones of assistants. */
import {
  openSession,
  SESSION_STATUSES,
  type Session,
  type SessionStatus,
  sessionOf,
  setAssistantStatus,
  setSessionStatus,
} from '../../world/sessions.ts'
import type { Json } from '../../world/wire.ts'
import { type BotCall, botMethod, channelOf, type Method } from '../method.ts'
import { refuse } from '../refusal.ts'

const TITLE_MAX_CHARS = 200
const PROMPTS_MAX = 4

const SCOPES = ['chat:write']
const OLDER_SCOPES = ['assistant:write', 'chat:write']

export const SESSION_METHODS: readonly Method[] = [
  botMethod('agents.sessions.setStatus', { rate: 'tier3', scopes: SCOPES }, setStatus),
  botMethod('agents.sessions.rename', { rate: 'tier3', scopes: SCOPES }, rename),

  botMethod('assistant.threads.setStatus', { rate: 'special', scopes: OLDER_SCOPES }, (call) => {
    setAssistantStatus(call.world, opened(call), call.args.text('status') ?? '')
    return {}
  }),

  botMethod('assistant.threads.setTitle', { rate: 'special', scopes: OLDER_SCOPES }, (call) => {
    opened(call).title = call.args.need('title')
    call.world.changed()
    return {}
  }),

  botMethod('assistant.threads.setSuggestedPrompts', { rate: 'special', scopes: OLDER_SCOPES }, (call) => {
    const prompts = call.args.list<{ title: string; message: string }>('prompts') ?? []
    if (prompts.length === 0 || prompts.length > PROMPTS_MAX) refuse('invalid_arguments')
    if (prompts.some(({ title, message }) => !title || !message)) refuse('invalid_arguments')
    // Without a thread, they are shown where a new conversation begins.
    openSession(call.world, channelOf(call, 'channel_id').id, call.args.text('thread_ts') ?? '').prompts =
      prompts
    call.world.changed()
    return {}
  }),
]

function setStatus(call: BotCall): Json {
  const { args, world } = call
  const status = args.need('status') as SessionStatus
  if (!SESSION_STATUSES.includes(status)) refuse('invalid_arguments')
  const title = args.text('title')
  if (title !== undefined && title.length > TITLE_MAX_CHARS) refuse('invalid_arguments')
  const isNew = sessionOf(world, args.need('channel_id'), args.text('thread_ts') ?? '') === undefined
  const session = opened(call)
  if (isNew && title !== undefined) session.title = title
  setSessionStatus(world, session, status)
  const isStoppable = world.app.events.has('agent_session_stopped')
  return {
    status,
    title: session.title,
    ...(!isStoppable && { warning: 'missing_agent_session_stopped_event_subscription' }),
  }
}

function rename(call: BotCall): Json {
  const title = call.args.need('title')
  if (title.length > TITLE_MAX_CHARS) refuse('invalid_arguments')
  const { args, world } = call
  const channel = channelOf(call, 'channel_id')
  const session = sessionOf(world, channel.id, args.text('thread_ts') ?? '') ?? refuse('session_not_found')
  session.title = title
  world.changed()
  return { title }
}

function opened(call: BotCall): Session {
  const { args, world } = call
  if (!world.app.isAgent) refuse('not_authorized')
  const channel = channelOf(call, 'channel_id')
  const threadTs = args.need('thread_ts')
  if (channel.find(threadTs) === undefined) refuse('thread_not_found')
  return openSession(world, channel.id, threadTs)
}
