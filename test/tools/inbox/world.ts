/** What the examples of the inbox find: an event that was given up. */
import { AppError } from '../../../src/core/errors.ts'
import { storeArrivals } from '../../../src/domain/inbox/receive.ts'
import type { AreaWorld, Step } from '../../parity/steps.ts'

const FAILED: Step = (worker, clock) =>
  worker.write(async ({ db, newId }) => {
    const parts = { resources: { db }, newId, now: clock.now, publish: () => undefined }
    const event = { source: 'todoist', eventId: 'one', type: 'item:added', operation: 'tasks.create' }
    const arrival = { ...event, ownerId: 'local', input: null, body: '{"title":"milk"}', orderKey: null }
    const fault = new AppError('invalid_input', 'The input of tasks.create is not valid.')
    await storeArrivals(parts as unknown as Parameters<typeof storeArrivals>[0], [{ ...arrival, fault }])
  })

export const world: AreaWorld = {
  before: {
    'inbox.list': [FAILED],
    'inbox.get': [FAILED],
    'inbox.retry': [FAILED],
    'inbox.discard': [FAILED],
  },
}
