/** Whether Slack is heard through sockets. */
import type { Finding } from '../../../core/area/check.ts'
import { counted } from '../../../core/text/counts.ts'
import type { Db } from '../../db/db.ts'
import { listListeners } from './store.ts'

export async function examineSockets(db: Db, now: Date): Promise<Finding> {
  const name = 'sockets'
  const listeners = await listListeners(db, now)
  const open = listeners.reduce((sum, { connections }) => sum + connections, 0)
  const trouble = listeners.find((each) => each.trouble !== null)?.trouble
  const why = trouble === undefined || trouble === null ? '' : `: ${trouble}`
  if (open > 0 && why === '')
    return {
      name,
      state: 'ok',
      found: `${counted(open, 'connection')} of ${counted(listeners.length, 'gateway')}`,
    }
  const fix =
    listeners.length === 0
      ? 'Start a gateway with SLACK_APP_TOKEN, or wait a few seconds if one has just started.'
      : 'See what the log of the gateway says about Slack. An app has ten connections in all.'
  if (open > 0)
    return { name, state: 'warn', found: `${counted(open, 'connection')}, and no further one${why}`, fix }
  return { name, state: 'fail', found: `no connection is open${why}`, fix }
}
