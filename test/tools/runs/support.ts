/** A gateway on which runs can be started, what a worker does to them, and a short way to call it. */
import { expect } from 'vitest'
import type { z } from 'zod'
import type { AppError } from '../../../src/core/errors.ts'
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { operations } from '../../../src/tools/registry.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { createRunDriver, type RunDriver } from '../../support/world/drive-run.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'

export interface RunWorld {
  readonly gateway: TestGateway
  readonly worker: RunDriver
  run<Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    input: z.input<Input>,
    actor?: Partial<Actor>,
  ): Promise<z.output<Output>>
  /** Starts one, and answers with its id. */
  start(input?: Partial<z.input<typeof startRun.input>>, actor?: Partial<Actor>): Promise<string>
  close(): Promise<void>
}

export async function openRunWorld(): Promise<RunWorld> {
  const gateway = await openTestGateway({ operations, models: SOME_MODEL })
  await addPeople(gateway.db, ['bob', 'carol'])
  const world: RunWorld = {
    gateway,
    worker: createRunDriver(gateway),
    async run(operation, input, actor) {
      const { output } = await gateway.invoke(operation, input, gateway.as(actor))
      return output
    },
    async start(input, actor) {
      const { run } = await world.run(startRun, { agent: 'assistant', goal: 'Tidy up', ...input }, actor)
      return run.id
    },
    close: () => gateway.close(),
  }
  return world
}

/** Somebody else. */
export const BOB: Partial<Actor> = { id: 'bob', personId: 'bob' }

/** What `toMatchObject` takes for an error of ours. */
export function failure(code: AppError['code'], message: RegExp): object {
  return { code, message: expect.stringMatching(message) }
}
