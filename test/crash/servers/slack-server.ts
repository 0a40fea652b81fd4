/** Slack as each process has it: the trap stands before and after every message that is posted. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { systemClock } from '../../support/slack/clock.ts'
import { type SlackStandIn, startSlack } from '../../support/slack/start-slack.ts'
import type { Workspace } from '../../support/slack/world/workspace.ts'
import type { Trap } from '../harness/trap.ts'
import { readText } from './counting-server.ts'
import { listenLocal } from './listen-local.ts'

export interface SlackServer {
  readonly standIn: SlackStandIn
  readonly workspace: Workspace
  /** The settings of one process, by whose address the trap knows who calls. */
  settingsFor(process: string): Record<string, string>
  close(): Promise<void>
}

/** Milliseconds between the attempts at an event: few, so that a gateway that was killed costs a case no minutes. */
const RETRIES_MS = [250, ...Array<number>(10).fill(1_000)]

/** `now`: the clock of all processes, by which messages are read back. */
export async function openSlackServer(trap: Trap, now: () => number): Promise<SlackServer> {
  const standIn = await startSlack({ clock: { ...systemClock, now }, socketRetriesMs: RETRIES_MS })
  const workspace = standIn.world.workspace('Acme')
  const server = createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy())
  })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, process = '', method = ''] = request.url?.split('/') ?? []
    const body = await readText(request)
    const isPost = method === 'chat.postMessage'
    if (isPost && (await trap.pass({ spot: 'post.arrived', process })) === 'cut') {
      response.destroy()
      return
    }
    const { authorization = '', 'content-type': type = '' } = request.headers
    const headers = { authorization, 'content-type': type }
    const answer = await fetch(`${standIn.apiUrl}${method}`, { method: 'POST', headers, body })
    const text = await answer.text()
    if (isPost && (await trap.pass({ spot: 'post.counted', process })) === 'cut') {
      response.destroy()
      return
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(text)
  }

  const port = await listenLocal(server)
  return {
    standIn,
    workspace,
    settingsFor: (process) => ({
      ...standIn.settingsFor(workspace),
      SLACK_API_URL: `http://127.0.0.1:${port}/${process}`,
      SLACK_EMAIL_DOMAINS: `${workspace.domain}.example`,
    }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await standIn.close()
    },
  }
}
