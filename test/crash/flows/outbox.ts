/** Events of tasks on their way to a receiver: each arrives, under one id, and those of one task in their order. */
import type { Fault } from '../harness/check-run.ts'
import type { CountedDelivery } from '../servers/delivery-server.ts'
import { checkOnce, listAll, type OpenFlow } from './flow.ts'

const TASKS = 4
const TYPES = ['task.created', 'task.completed'] as const

interface Created {
  readonly results: readonly { readonly task: { readonly id: string } }[]
}

export const openOutboxFlow: OpenFlow = async (world, { id }) => {
  const { client, receiver } = world
  const input = { url: receiver.url, events: ['task.*'] }
  const made = await client.callUntilDone('webhooks.create', input, `${id} webhook`)
  const { webhook } = made as { webhook: { id: string } }
  const taskIds: string[] = []
  const own = () => receiver.deliveries.filter(({ taskId }) => taskIds.includes(taskId))

  return {
    passings: TASKS,
    async act() {
      for (let number = 0; number < TASKS; number += 1) {
        const key = `${id} task ${number}`
        const task = { tasks: [{ title: `${id}-task-${number}` }] }
        const { results } = (await client.callUntilDone('tasks.create', task, key)) as Created
        taskIds.push(...results.map((result) => result.task.id))
        const last = { taskIds: taskIds.slice(-1) }
        await client.callUntilDone('tasks.complete', last, `${key} complete`)
      }
    },
    async isOver() {
      const rows = await listAll(world, 'webhooks.deliveries', { webhookId: webhook.id })
      return rows.length >= TASKS * TYPES.length && rows.every(({ state }) => state !== 'waiting')
    },
    async check() {
      const rows = await listAll(world, 'webhooks.deliveries', { webhookId: webhook.id })
      const dead = rows.filter(({ state }) => state !== 'delivered')
      return [
        ...taskIds.flatMap((taskId) => TYPES.flatMap((type) => checkOne(own(), { taskId, type }))),
        ...taskIds.flatMap((taskId) => checkOrder(own().filter((each) => each.taskId === taskId))),
        ...dead.map((row) => ({ kind: 'state' as const, words: `${id}: ${JSON.stringify(row)}` })),
      ]
    },
    async end() {
      await client.callUntilDone('webhooks.delete', { webhookId: webhook.id, confirm: true }, `${id} end`)
    },
  }
}

/** It arrived, however often, under one id. */
function checkOne(
  deliveries: readonly CountedDelivery[],
  { taskId, type }: Pick<CountedDelivery, 'taskId' | 'type'>,
): Fault[] {
  const ids = deliveries.filter((each) => each.taskId === taskId && each.type === type).map((each) => each.id)
  return checkOnce(`${type} of ${taskId}`, new Set(ids).size)
}

/** That a task was completed is told only after the receiver has accepted that it was created. */
function checkOrder(deliveries: readonly CountedDelivery[]): Fault[] {
  const [created, completed] = TYPES
  const before = deliveries.findIndex(({ type, isAnswered }) => type === created && isAnswered)
  const after = deliveries.findIndex(({ type }) => type === completed)
  if (before >= 0 && before < after) return []
  return [{ kind: 'events', words: `out of order: ${deliveries.map(({ type }) => type).join(', ')}` }]
}
