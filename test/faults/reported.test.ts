/** What a service may rely on that reports to a hook, when the gateway and its workers are killed meanwhile. */
import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { cases, isLong } from '../support/form.ts'
import { startProduct } from '../support/processes.ts'
import { openPlace, type Place, SERVED_TIMEOUT_MS, startGateway, titlesAt } from './served.ts'

/** Deliveries, and after how many answers a process is killed: some are then stored, some handled, some under way. */
const DELIVERIES = 30
const KILL_AFTER = [7, 19].slice(0, cases(1, 2))

const SEALED_WITH = 'what the secrets of this test are sealed with'

interface Made {
  readonly hook: { readonly id: string }
  readonly secret: string
}

async function makeHook({ environment }: Place): Promise<Made> {
  const mapping = 'action = "opened" ? { "tasks": [{ "title": issue.title }] } : null'
  const spec = ['--name', 'Issues', '--operation', 'tasks.create', '--mapping', mapping, '--verify', 'github']
  const command = startProduct(['hooks', 'create', ...spec, '--json'], environment)
  const exitCode = await command.exited
  expect({ exitCode, output: command.output() }).toMatchObject({ exitCode: 0 })
  return JSON.parse(command.output()) as Made
}

/** Reports one issue as GitHub does; false: no answer came. */
async function deliver(url: string, { hook, secret }: Made, title: string): Promise<boolean> {
  const body = JSON.stringify({ action: 'opened', issue: { title } })
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const headers = { 'x-hub-signature-256': `sha256=${signature}`, 'x-github-delivery': title }
  const answer = await fetch(`${url}/hooks/own/${hook.id}`, { method: 'POST', headers, body }).catch(
    () => undefined,
  )
  if (answer === undefined) return false
  expect(answer.status).toBe(200)
  return true
}

test.runIf(isLong)(
  'delivered again after each time that the gateway was killed, each GitHub issue becomes one task',
  {
    timeout: SERVED_TIMEOUT_MS,
  },
  async () => {
    const { environment, databaseUrl } = await openPlace()
    const place = { databaseUrl, environment: { ...environment, SWITCHBOARD_SECRET: SEALED_WITH } }
    const titles = Array.from(
      { length: DELIVERIES },
      (_, number) => `issue ${String(number).padStart(2, '0')}`,
    )

    let gateway = await startGateway(place)
    const made = await makeHook(place)
    for (const killAfter of KILL_AFTER) {
      let answered = 0
      await Promise.all(
        titles.map(async (title) => {
          if (await deliver(gateway.url, made, title)) answered += 1
          if (answered === killAfter) await gateway.process.kill('SIGKILL')
        }),
      )
      await gateway.process.exited
      gateway = await startGateway(place)
    }

    const { url } = gateway
    const answers = await Promise.all(titles.map((title) => deliver(url, made, title)))
    expect(answers).toEqual(titles.map(() => true))
    await expect
      .poll(() => titlesAt(url), { timeout: SERVED_TIMEOUT_MS, interval: 500 })
      .toHaveLength(DELIVERIES)
    expect(await titlesAt(url)).toEqual(titles)
  },
)
