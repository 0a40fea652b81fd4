/** A gateway whose people are notified, with a channel that keeps what it is given. */
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Bundle, Channel, Sent } from '../../../src/domain/notifications/channel.ts'
import type { Notification } from '../../../src/domain/notifications/notification.ts'
import { planSending } from '../../../src/domain/notifications/sending/plan.ts'
import { takeDue } from '../../../src/domain/outbox/take-due.ts'
import { listNotifications } from '../../../src/tools/notifications/list-notifications.ts'
import { createPerson } from '../../../src/tools/people/create-person.ts'
import { operations } from '../../../src/tools/registry.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { deliverBundle } from '../../../src/workers/deliver/deliver-bundle.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'

/** A person of every such gateway. */
export const ADA = { id: 'ada', personId: 'ada' }

export interface NotifiedWorld {
  readonly gateway: TestGateway
  /** What the channel `mail` was given. */
  readonly sent: Bundle[]
  /** How the channel answers from now on. */
  answers(answer: (bundle: Bundle) => Sent | Promise<Sent>): void
  /** A person who is called by this id. */
  person(id: string): Promise<Partial<Actor>>
  list(actor?: Partial<Actor>): Promise<Notification[]>
  unread(actor?: Partial<Actor>): Promise<number>
  give(assignee: string, title: string): Promise<string>
  /** Hands over and sends all that is due now. */
  send(): Promise<void>
  /** Moves the clock on. */
  later(ms: number): void
}

export async function openNotified(now = new Date('2026-06-01T10:00:00Z')): Promise<NotifiedWorld> {
  const sent: Bundle[] = []
  let answer: (bundle: Bundle) => Sent | Promise<Sent> = () => ({ kind: 'sent' })
  const channel: Channel = {
    name: 'mail',
    async deliver(bundle) {
      sent.push(bundle)
      return await answer(bundle)
    },
  }
  const gateway = await openTestGateway({ operations, now, models: SOME_MODEL, channels: [channel] })
  const { invoke, as, clock, runtime } = gateway
  await invoke(createPerson, { id: ADA.id }, as())
  return {
    gateway,
    sent,
    answers(next) {
      answer = next
    },
    async person(id) {
      await invoke(createPerson, { id }, as())
      return { id, personId: id }
    },
    list: async (actor = {}) => (await invoke(listNotifications, {}, as(actor))).output.items,
    unread: async (actor = {}) => (await invoke(listNotifications, {}, as(actor))).output.unread,
    async give(assignee, title) {
      const { results } = (await invoke(createTasks, { tasks: [{ title, assignee }] }, as())).output
      const [first] = results
      if (!first?.ok) throw new Error('the task was not created')
      return first.task.id
    },
    async send() {
      await planSending(runtime)
      const wanted = { now: clock.now(), limit: 100, perReceiver: 100, busy: [] }
      for (const { row, webhook } of await takeDue(gateway.db, wanted)) {
        if (webhook === undefined) await deliverBundle({ runtime, channels: [channel] }, { row, webhook })
      }
    },
    later(ms) {
      clock.advance(ms)
    },
  }
}
