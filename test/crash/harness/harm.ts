/** Does a fault, and mends what a person or an orchestrator would mend: a killed process is started anew. */
import type { Injection } from '../servers/fault-kinds.ts'
import { waitFor } from '../servers/pause.ts'
import { describeStandstill } from './standstill.ts'
import type { Fate, Spring } from './trap.ts'
import type { Inhabitant, ServerWorld, World } from './world.ts'

export interface Harming {
  readonly spring: Spring
  /** Once everything runs again. */
  mended(): Promise<void>
  /** What was wrong while it was going on. */
  readonly troubles: readonly string[]
}

interface HarmOptions {
  readonly world: World & Partial<Pick<ServerWorld, 'terminateSessions' | 'database'>>
  /** Whether all that the case does has ended. */
  isOver(): Promise<boolean>
}

/** Milliseconds for which a frozen worker may hold others up: a lease, a sweep, and time to do its work anew. */
const FROZEN_WORKER_MS = 25_000
/** What a frozen worker was to fire, or had claimed, is found by a net. */
const FROZEN_AT_CLOCK_MS = 45_000
/** A gateway stays frozen for longer than a lease, and others do not need it. */
const FROZEN_GATEWAY_MS = 3_000

export function createHarm({ harm, target, act, flow }: Injection, { world, isOver }: HarmOptions): Harming {
  const troubles: string[] = []
  const mending: Promise<void>[] = []

  async function restart({ process }: Inhabitant): Promise<void> {
    await process.kill()
    mending.push(process.start())
  }

  /** Until others have done its work, or for as long as that may take. */
  async function freeze({ process }: Inhabitant): Promise<void> {
    process.freeze()
    const isWorker = target === 'worker'
    const isTimed = act === 'schedule' || flow !== undefined
    const workerMs = isTimed ? FROZEN_AT_CLOCK_MS : FROZEN_WORKER_MS
    // A flow is asked for through the gateway, which does not answer now.
    const look = isWorker || flow === undefined ? isOver : async () => false
    const isDone = await waitFor(isWorker ? workerMs : FROZEN_GATEWAY_MS, look)
    if (!isDone && isWorker) {
      const why = world.database ? await describeStandstill(world.database.db) : ''
      troubles.push(`nobody carried on what ${process.name} had while it was frozen${why}`)
    }
    process.thaw()
  }

  function drop({ postgres, redis }: Inhabitant): void {
    if (target !== 'redis') postgres?.drop()
    redis?.drop()
  }

  async function hurt(inhabitant: Inhabitant): Promise<Fate> {
    switch (harm) {
      case 'kill':
        await restart(inhabitant)
        return 'cut'
      case 'freeze':
        await freeze(inhabitant)
        return 'pass'
      case 'drop':
        drop(inhabitant)
        return 'pass'
      case 'cut':
        return 'cut'
      case 'terminate':
        await world.terminateSessions?.()
        return 'pass'
      case 'restart':
        await world.redis?.restart()
        return 'pass'
      case 'down':
      case 'fault':
      case 'slow':
        mending.push(world.receiver.suffer(harm))
        return 'pass'
    }
  }

  return {
    troubles,
    async spring(passer) {
      // A gateway is hurt while a worker passes; what the worker does goes on.
      const isOther = target === 'gateway' && passer !== 'gateway'
      const inhabitant = world.inhabitants.get(isOther ? 'gateway' : passer)
      if (inhabitant === undefined) throw new Error(`nobody is called ${passer}`)
      const hurting = hurt(inhabitant)
      mending.push(hurting.then(() => undefined))
      if (!isOther) return await hurting
      // A worker that waits for it would hold up what the gateway is to come back to.
      if (harm !== 'freeze') await hurting
      return 'pass'
    },
    async mended() {
      // Mending adds to what is to be mended.
      for (let done = 0; done < mending.length; done += 1) await mending[done]
    },
  }
}
