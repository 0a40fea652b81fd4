/** The whole product in this process, before the stand-in of Slack, called over HTTP as its owner. */
import { compose } from '../../src/start/compose.ts'
import { openDoors } from '../../src/start/compose-doors.ts'
import { createLog } from '../../src/start/log.ts'
import { readConfig } from '../../src/start/read-config.ts'
import { openPlace } from '../faults/served.ts'
import type { SlackStandIn } from '../support/slack/start-slack.ts'

/** `close` ends it, and the stand-in after it. */
export async function openProduct(slack: SlackStandIn, settings: Readonly<Record<string, string>>) {
  const ends: (() => void | Promise<void>)[] = []
  const { environment } = await openPlace((end) => void ends.push(end))
  const config = readConfig({ ...environment, ...settings })
  const composition = await compose(config, 'all', { log: createLog({ level: 'silent' }) })
  const doors = await openDoors(config, composition, undefined)
  await composition.openQueue()
  const close = async () => {
    await doors.close(0)
    await composition.close()
    await slack.close()
    for (const end of ends.reverse()) await end()
  }
  await slack.world.until(() => slack.sockets.connections === 2)
  const call = async (method: string, path: string, body?: object) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${doors.machineSecret}` }
    const answer = await fetch(`${doors.url}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  return { doors, db: composition.database.db, call, close }
}
