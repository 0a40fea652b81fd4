/** A gateway and a stand-in of Todoist that live by one clock, with the account of a person connected. */
import type { z } from 'zod'
import type { Call } from '../../../src/core/call/call.ts'
import { createInvoke } from '../../../src/core/call/invoke.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { areas, operations } from '../../../src/tools/registry.ts'
import { todoistConnector } from '../../../src/tools/todoist/connector.ts'
import { sweep } from '../../../src/workers/jobs/sweeper.ts'
import { ManualClock } from '../../support/slack/clock.ts'
import { startTodoist } from '../../support/todoist/start-todoist.ts'
import { openTestGateway, TEST_NOW } from '../../support/world/database.ts'

export async function openTodoist() {
  const clock = new ManualClock(new Date(TEST_NOW))
  const todoist = await startTodoist({ clock })
  const ada = todoist.world.person('ada')
  const gateway = await openTestGateway({
    operations,
    connectors: [todoistConnector],
    environment: { TODOIST_BASE_URL: todoist.url },
  })

  async function call<Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    input: z.input<Input>,
    as: Partial<Call> = {},
  ): Promise<z.output<Output>> {
    const { output } = await gateway.invoke(operation, input, { ...gateway.as(), ...as })
    return output
  }

  const byName = (name: string) => {
    const operation = operations.find((each) => each.name === name)
    if (operation === undefined) throw new Error(`there is no operation ${name}`)
    return operation
  }

  return {
    ...{ todoist, gateway, ada, call, byName },
    /** Moves both clocks. */
    advance(milliseconds: number) {
      clock.advance(milliseconds)
      gateway.clock.advance(milliseconds)
    },
    /** What the workers of a process do every few seconds. */
    async work() {
      const mine = areas.flatMap((area) => area.sweeps).filter(({ name }) => name.startsWith('todoist'))
      await sweep(gateway.runtime, mine)
    },
    connect: (token = ada.token, as: Partial<Call> = {}) =>
      call(byName('todoist.accounts.connect'), { token }, as),
    invokeOn: createInvoke(gateway.runtime),
    async close() {
      await gateway.close()
      await todoist.close()
    },
  }
}

export type OpenTodoist = Awaited<ReturnType<typeof openTodoist>>
