/** A process that shows cards, and dies at one of its acts: from then on nothing of it reaches Slack or the store. */
import type { Runtime } from '../../../src/core/call/runtime.ts'
import { slackOf } from '../../../src/domain/slack/slack-app.ts'
import { createSlackWork } from '../../../src/start/slack/slack-work.ts'
import { areas, operations } from '../../../src/tools/registry.ts'
import type { CardWorld } from './card-world.ts'

export interface Mortal {
  readonly isDead: boolean
  followCards(): Promise<void>
}

/** Acts are a call of Slack, which is begun and answered, and a transaction. It dies at the `diesAt`th, counted from 0. */
export function openMortal({ gateway }: CardWorld, diesAt: number): Mortal {
  let acts = 0
  const isDead = () => acts > diesAt
  function act(): void {
    acts += 1
    assertAlive()
  }
  function assertAlive(): void {
    if (isDead()) throw new Error('the process is dead')
  }
  const runtime = mortal(gateway.runtime, { act, assertAlive })
  const work = createSlackWork({ operations, invoke: gateway.invoke, areas })
  return {
    get isDead() {
      return isDead()
    },
    followCards: async () => {
      await work.followCards(runtime)
    },
  }
}

interface Life {
  act(): void
  assertAlive(): void
}

function mortal(runtime: Runtime, { act, assertAlive }: Life): Runtime {
  const slack = slackOf(runtime.resources)
  const db = new Proxy(runtime.resources.db, {
    get(target, name, receiver) {
      assertAlive()
      return Reflect.get(target, name, receiver)
    },
  })
  const api: typeof slack.api = {
    ...slack.api,
    async call(...call) {
      act()
      const answer = await slack.api.call(...call)
      act()
      return answer
    },
  }
  return {
    ...runtime,
    resources: { ...runtime.resources, db, slack: { ...slack, api } },
    transaction(work) {
      act()
      return runtime.transaction(work)
    },
  }
}
