/** The state of an agent's work in a thread, as Slack shows it beside the thread. */
import type { World } from './world.ts'

export const SESSION_STATUSES = ['active', 'processing', 'suspended', 'closed'] as const
export type SessionStatus = (typeof SESSION_STATUSES)[number]

/** After this long without another word, an agent no longer counts as at work. */
const PROCESSING_LAPSES_MS = 60 * 60 * 1000

/** After this long, the older status of an assistant disappears. */
const ASSISTANT_STATUS_LAPSES_MS = 2 * 60 * 1000

export interface Session {
  readonly channelId: string
  readonly threadTs: string
  status: SessionStatus
  title: string
  /** What the older method says: "is thinking...". */
  assistantStatus: string
  prompts: readonly { readonly title: string; readonly message: string }[]
  stopLapse: () => void
}

export function sessionOf(world: World, channelId: string, threadTs: string): Session | undefined {
  return world.sessions.get(`${channelId}/${threadTs}`)
}

export function openSession(world: World, channelId: string, threadTs: string): Session {
  const present = sessionOf(world, channelId, threadTs)
  if (present !== undefined) return present
  const session: Session = {
    channelId,
    threadTs,
    status: 'active',
    title: '',
    assistantStatus: '',
    prompts: [],
    stopLapse: () => undefined,
  }
  world.sessions.set(`${channelId}/${threadTs}`, session)
  return session
}

export function setSessionStatus(world: World, session: Session, status: SessionStatus): void {
  session.stopLapse()
  session.status = status
  if (status === 'processing') {
    session.stopLapse = world.clock.after(PROCESSING_LAPSES_MS, () => {
      session.status = 'active'
      world.changed()
    })
  }
  world.changed()
}

export function setAssistantStatus(world: World, session: Session, status: string): void {
  session.assistantStatus = status
  world.clock.after(ASSISTANT_STATUS_LAPSES_MS, () => {
    if (session.assistantStatus !== status) return
    session.assistantStatus = ''
    world.changed()
  })
  world.changed()
}
