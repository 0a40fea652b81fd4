/** A gateway with a folder of agents, and a short way to call it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { z } from 'zod'
import { createAgentFiles } from '../../../src/clients/agent-files.ts'
import type { AppError } from '../../../src/core/errors.ts'
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { operations } from '../../../src/tools/registry.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

export interface AgentWorld {
  readonly gateway: TestGateway
  run<Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    input: z.input<Input> & { confirm?: boolean },
    actor?: Partial<Actor>,
  ): Promise<z.output<Output>>
  /** Writes a file into the folder of agents. */
  put(name: string, text: string): void
  remove(name: string): void
  close(): Promise<void>
}

export async function openAgentWorld(): Promise<AgentWorld> {
  const folder = join(mkdtempSync(join(tmpdir(), 'switchboard-agents-')), 'agents')
  mkdirSync(folder)
  const silent = () => undefined
  const log = { debug: silent, info: silent, warn: silent, error: silent }
  const gateway = await openTestGateway({ operations, agentFiles: createAgentFiles(folder, log) })
  await addPeople(gateway.db, ['bob'])
  return {
    gateway,
    async run(operation, input, actor) {
      const { output } = await gateway.invoke(operation, input, gateway.as(actor))
      return output
    },
    put: (name, text) => writeFileSync(join(folder, name), text),
    remove: (name) => rmSync(join(folder, name)),
    async close() {
      await gateway.close()
      rmSync(join(folder, '..'), { recursive: true })
    },
  }
}

/** Somebody else. */
export const BOB: Partial<Actor> = { id: 'bob', personId: 'bob' }

/** What `expect(...).rejects.toMatchObject` takes for an error of ours. */
export function failure(code: AppError['code'], message: RegExp, fix?: RegExp): object {
  return {
    code,
    message: expect.stringMatching(message),
    ...(fix ? { fix: expect.stringMatching(fix) } : {}),
  }
}
