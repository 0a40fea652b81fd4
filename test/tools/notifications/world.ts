/** What the examples of notifications find: one that has the id of the example. */
import { exampleId } from '../../../src/core/operation/ids.ts'
import { notifications } from '../../../src/domain/notifications/tables.ts'
import type { AreaWorld, Step } from '../../parity/steps.ts'

const NOTIFIED: Step = (worker, clock) =>
  worker.write(async ({ db }) => {
    const row = {
      personId: 'local',
      id: exampleId('notification'),
      event: 'tasks.due',
      thing: 'person://local',
    }
    await db
      .insert(notifications)
      .values({ ...row, payload: {}, happenedAt: clock.now(), isListed: false })
      .onConflictDoNothing()
  })

export const world: AreaWorld = { before: { 'notifications.read': [NOTIFIED] } }
