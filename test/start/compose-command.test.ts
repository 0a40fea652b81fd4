/** A store that is opened without a gateway: its user is the owner, and a key still says who calls. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import { openStoreHere } from '../../src/start/compose-command.ts'
import { createLog } from '../../src/start/log.ts'
import { readConfig } from '../../src/start/read-config.ts'
import { createKey } from '../../src/tools/access/create-key.ts'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { listTasks } from '../../src/tools/tasks/list-tasks.ts'
import { isLong } from '../support/form.ts'

const log = createLog({ level: 'silent' })
const call = { actor: LOCAL_PERSON, door: 'cli' } as const
const input = { tasks: [{ title: 'Call Ana' }] }

let home: string
let config: Config

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'switchboard-command-'))
  config = readConfig({ SWITCHBOARD_HOME: home })
})
afterAll(() => rm(home, { recursive: true, force: true }))

async function makeReader(): Promise<string> {
  const { gateway, close } = await openStoreHere(config, log, undefined)
  const { output } = await gateway.invoke(createKey, { label: 'reader', scopes: ['tasks:read'] }, call)
  await close()
  if (output.secret === null) throw new Error('no secret')
  return output.secret
}

it.runIf(isLong)('a call has the scopes of the key, and none with a key that is not accepted', async () => {
  const secret = await makeReader()
  const reader = await openStoreHere(config, log, secret)
  await expect(reader.gateway.invoke(listTasks, {}, call)).resolves.toMatchObject({ output: { items: [] } })
  await expect(reader.gateway.invoke(createTasks, input, call)).rejects.toMatchObject({ code: 'forbidden' })
  await reader.close()
  const stranger = await openStoreHere(config, log, `${secret}x`)
  await expect(stranger.gateway.invoke(listTasks, {}, call)).rejects.toMatchObject({
    code: 'unauthenticated',
  })
  await stranger.close()
})
