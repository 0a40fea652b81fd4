/** The calls that the outside part of a call makes: as the same caller, each under a key of its own. */
import type { ReachContext } from '../operation/context.ts'
import type { Invoke } from './call.ts'
import type { Runtime } from './runtime.ts'

export interface OutsideParts {
  readonly runtime: Runtime
  /** For the calls that the outside part makes. */
  readonly invoke: Invoke
}

type Caller = Pick<ReachContext, 'actor' | 'door' | 'requestId' | 'signal'>

/** Each call is a write or a read of its own, and stays when the outer call fails. */
export function nestCalls({ runtime, invoke }: OutsideParts, caller: Caller): ReachContext['invoke'] {
  const { actor, door, requestId, signal } = caller
  return async (name, input, { key, firing, within }) => {
    const operation = runtime.operations.find((each) => each.name === name)
    if (operation === undefined) throw new Error(`there is no operation ${name}`)
    const { output } = await invoke(operation, input, {
      ...{ door, requestId, signal, idempotencyKey: key },
      actor: within === undefined ? actor : { ...actor, within },
      ...(firing !== undefined && { firing }),
    })
    return output
  }
}
