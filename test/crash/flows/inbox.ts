/** Reports of a service that signs as GitHub does: each is delivered three times, and becomes one call. */
import { createHmac } from 'node:crypto'
import { pause, waitFor } from '../servers/pause.ts'
import { checkOnce, type FlowOptions, type FlowWorld, listAll, type OpenFlow, timesOf } from './flow.ts'

const ISSUES = 3
const DELIVERIES = 3
const RETRY_MS = 50
/** Milliseconds within which a report is answered; a frozen gateway does not answer. */
const ANSWER_MS = 3_000
/** Milliseconds in which a gateway that was killed must have taken every report. */
const WITHIN_MS = 60_000

interface Made {
  readonly hook: { readonly id: string }
  readonly secret: string
}

/** A hook for a call within the database, or for one that reaches outside. */
function hookFor({ injection: { spot } }: FlowOptions) {
  return spot.startsWith('effect.')
    ? { operation: 'effects.count', mapping: 'action = "opened" ? { "label": issue.title } : null' }
    : {
        operation: 'tasks.create',
        mapping: 'action = "opened" ? { "tasks": [{ "title": issue.title }] } : null',
      }
}

export const openInboxFlow: OpenFlow = async (world, options) => {
  const { client } = world
  const { id } = options
  const spec = { name: `Hook ${id}`, verify: 'github', ...hookFor(options) }
  const made = (await client.callUntilDone('hooks.create', spec, `${id} hook`)) as Made
  const titles = Array.from({ length: ISSUES }, (_, number) => `${id}-issue-${number}`)
  const events = () => listAll(world, 'inbox.list', { source: `own/${made.hook.id}` })

  return {
    // A worker may take all three, or as few as one.
    passings: options.injection.passer === 'gateway' ? ISSUES : 1,
    async act() {
      for (let delivery = 0; delivery < DELIVERIES; delivery += 1) {
        await Promise.all(titles.map((title) => report(world, made, title)))
      }
    },
    async isOver() {
      const states = (await events()).map(({ state }) => state)
      return states.length === ISSUES && states.every((state) => state === 'done' || state === 'failed')
    },
    async check() {
      const found = await events()
      const times = await Promise.all(titles.map((title) => timesOf(world, title)))
      const failed = found.filter(({ state }) => state !== 'done')
      return [
        ...titles.flatMap((title, index) => checkOnce(title, times[index] ?? 0)),
        ...checkOnce(`${id}: storing an event`, found.length, ISSUES),
        ...failed.map((event) => ({ kind: 'state' as const, words: `${id}: ${JSON.stringify(event)}` })),
      ]
    },
    async end() {
      await client.callUntilDone('hooks.delete', { hookId: made.hook.id, confirm: true }, `${id} end`)
    },
  }
}

/** Reports one issue until it is accepted. @throws Error when it is refused, or never answered */
async function report({ client }: FlowWorld, { hook, secret }: Made, title: string): Promise<void> {
  const body = JSON.stringify({ action: 'opened', issue: { title } })
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const headers = { 'x-hub-signature-256': `sha256=${signature}`, 'x-github-delivery': title }
  const send = () => {
    const signal = AbortSignal.timeout(ANSWER_MS)
    return fetch(`${client.url}/hooks/own/${hook.id}`, { method: 'POST', headers, body, signal })
  }
  const isTaken = await waitFor(WITHIN_MS, async () => {
    const status = await send().then(
      (answer) => answer.status,
      () => undefined,
    )
    if (status === 200) return true
    if (status !== undefined && status < 500) throw new Error(`${title} was answered ${status}`)
    await pause(RETRY_MS)
    return false
  })
  if (!isTaken) throw new Error(`${title} was never answered`)
}
