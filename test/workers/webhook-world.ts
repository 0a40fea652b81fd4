/** A gateway with a sender, and a receiver of its webhooks. */
import type { z } from 'zod'
import { createPoster } from '../../src/clients/webhooks/post.ts'
import type { Actor } from '../../src/core/operation/actor.ts'
import { takeDue } from '../../src/domain/outbox/take-due.ts'
import { operations } from '../../src/tools/registry.ts'
import { completeTasks } from '../../src/tools/tasks/complete-tasks.ts'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { createWebhook } from '../../src/tools/webhooks/create-webhook.ts'
import { listDeliveries } from '../../src/tools/webhooks/list-deliveries.ts'
import { createDeliver } from '../../src/workers/deliver/deliver.ts'
import { openReceiver, type Receiver } from '../support/receiver.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'
import { SOME_MODEL } from '../support/world/some-model.ts'

export interface WebhookWorld {
  readonly gateway: TestGateway
  readonly receiver: Receiver
  /** Sends everything that is due now, and waits until it was sent. `hosts`: those that may be anywhere. */
  send(hosts?: readonly string[]): Promise<void>
  create(
    input?: Partial<z.input<typeof createWebhook.input>>,
    actor?: Partial<Actor>,
  ): Promise<{ id: string; secret: string }>
  addTask(title: string, actor?: Partial<Actor>): Promise<string>
  complete(taskId: string, actor?: Partial<Actor>): Promise<void>
  deliveries(webhookId: string): Promise<z.output<typeof listDeliveries.output>['items']>
  close(): Promise<void>
}

/** The clock stands at the machine's time, by which receivers judge signatures. */
export async function openWebhookWorld(now = new Date()): Promise<WebhookWorld> {
  const receiver = await openReceiver()
  const environment = { SWITCHBOARD_WEBHOOK_HOSTS: receiver.host }
  const gateway = await openTestGateway({ operations, now, environment, models: SOME_MODEL })
  const { runtime, openSecret, as, invoke } = gateway
  return {
    gateway,
    receiver,
    async send(hosts = [receiver.host]) {
      const poster = createPoster(hosts)
      const deliver = createDeliver({ runtime, poster, openSecret, channels: [] })
      for (;;) {
        const due = await takeDue(gateway.db, {
          now: gateway.clock.now(),
          limit: 100,
          perReceiver: 100,
          busy: [],
        })
        if (due.length === 0) return poster.close()
        await Promise.all(due.map(deliver))
      }
    },
    async create(input = {}, actor = {}) {
      const whole = { url: receiver.url, events: ['*'], ...input }
      const { webhook, secret } = (await invoke(createWebhook, whole, as(actor))).output
      return { id: webhook.id, secret: secret ?? '' }
    },
    async addTask(title, actor = {}) {
      const { results } = (await invoke(createTasks, { tasks: [{ title }] }, as(actor))).output
      const [first] = results
      if (!first?.ok) throw new Error('the task was not created')
      return first.task.id
    },
    async complete(taskId, actor = {}) {
      await invoke(completeTasks, { taskIds: [taskId] }, as(actor))
    },
    async deliveries(webhookId) {
      return (await invoke(listDeliveries, { webhookId }, as())).output.items
    },
    async close() {
      await gateway.close()
      await receiver.close()
    },
  }
}
