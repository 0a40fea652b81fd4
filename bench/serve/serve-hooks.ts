/** Serves the product whole, with hooks of a person's own and hooks of an area. Configured by its argument. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { built } from '../built.ts'
import { HOOK_SECRET, HOOKS, MAPPING, SIGNATURE_HEADER, signatureOf } from '../reports.ts'
import type { StoreAddress } from '../stores.ts'
import { log } from './compose-product.ts'

export interface ServeHooksConfig {
  readonly store: StoreAddress
  /** Apart, where they share a server. */
  readonly role: 'all' | 'gateway' | 'worker'
}

const { store, role } = JSON.parse(process.argv[2] ?? '{}') as ServeHooksConfig
const { serve } = await built<typeof import('../../src/start/main.ts')>('start/main')
const { readConfig } = await built<typeof import('../../src/start/read-config.ts')>('start/read-config')
const { defineArea } = await built<typeof import('../../src/core/area/area.ts')>('core/area/area')
const { defineHook } = await built<typeof import('../../src/core/area/hook.ts')>('core/area/hook')

const { defineSetting } = await built<typeof import('../../src/core/area/setting.ts')>('core/area/setting')

const SECRET_VARIABLE = 'SWITCHBOARD_BENCH_HOOK_SECRET'
const secret = defineSetting({
  variable: SECRET_VARIABLE,
  description: 'What the hooks of the bench are signed with.',
  ...{ takes: 'a secret', default: 'none', secret: true },
  schema: z.string().optional(),
})

const Reported = z.object({ id: z.string(), issue: z.object({ title: z.string() }) })

/** Without a mapping: the area says at once what each event calls. */
const hooks = Array.from({ length: HOOKS }, (_, number) =>
  defineHook({
    path: `bench-${number}`,
    secrets: [secret],
    verify: (raw, headers) => headers.get(SIGNATURE_HEADER) === signatureOf(raw),
    events(body) {
      const { id, issue } = Reported.parse(body)
      const input = { tasks: [{ title: issue.title }] }
      return [{ eventId: id, operation: 'tasks.create', input, owner: 'local' }]
    },
  }),
)

const isOnServer = 'url' in store
const home = isOnServer ? await mkdtemp(join(tmpdir(), 'switchboard-bench-')) : store.home
const variables = {
  ...{ HOST: '127.0.0.1', PORT: '0', SWITCHBOARD_HOME: home, SWITCHBOARD_SECRET: HOOK_SECRET },
  [SECRET_VARIABLE]: HOOK_SECRET,
  ...(isOnServer && { DATABASE_URL: store.url }),
}
const config = readConfig(variables, {}, [
  defineArea({ name: 'bench', settings: [secret], operations: [], hooks }),
])
const serving = await serve(config, { role, log })

if (serving.url !== undefined) {
  const headers = {
    authorization: `Bearer ${serving.machine?.secret}`,
    'content-type': 'application/json',
  }
  for (let number = 0; number < HOOKS; number += 1) {
    const hook = { name: `Hook ${number}`, operation: 'tasks.create', mapping: MAPPING, verify: 'github' }
    const body = JSON.stringify({ ...hook, secret: HOOK_SECRET })
    const answer = await fetch(`${serving.url}/v1/hooks`, { method: 'POST', headers, body })
    if (!answer.ok) throw new Error(`a hook was refused: ${await answer.text()}`)
  }
}
// A worker has no address; what starts it waits for one.
process.stdout.write(`${serving.url ?? 'http://127.0.0.1:0'}\n`)
await serving.stopped
