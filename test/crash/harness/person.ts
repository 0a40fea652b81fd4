/** Who started the runs: calls until an answer comes, however often the gateway is away, and never means it twice. */
import { isDeepStrictEqual } from 'node:util'
import type { Act } from '../servers/fault-kinds.ts'
import { CallRefused, type GatewayClient } from '../servers/gateway-client.ts'
import type { Fault } from './check-run.ts'

export interface Calling {
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
  readonly key: string
}

export interface Person {
  /** Undefined: it came too late, or concerns nothing that is there. @throws Error when there is no answer at all */
  act(act: Act, calling: Calling): Promise<unknown>
  /** What was wrong with the answers. */
  readonly faults: readonly Fault[]
}

const TOO_LATE = ['conflict', 'not_found']

/** `onAct` is told of each act before it is called. */
export function createPerson(client: GatewayClient, onAct: (act: Act) => void): Person {
  const faults: Fault[] = []
  return {
    faults,
    async act(act, { name, input, key }) {
      onAct(act)
      try {
        const answer = await client.callUntilDone(name, input, key)
        const again = await client.callUntilDone(name, input, key)
        if (!isDeepStrictEqual(answer, again)) {
          faults.push({
            kind: 'doubled',
            words: `${name} with the key ${key} was answered differently again`,
          })
        }
        return answer
      } catch (error) {
        if (error instanceof CallRefused && TOO_LATE.includes(error.code)) return undefined
        throw error
      }
    },
  }
}
