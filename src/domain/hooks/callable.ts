/** Which operations events may call: what agents may, because what services send is as little to be trusted. */
import { AppError } from '../../core/errors.ts'
import { wayTo } from '../../core/operation/actor.ts'
import type { Context } from '../../core/operation/context.ts'
import type { Description } from '../../core/operation/description.ts'
import { grants, whyNotForAgents } from '../../core/operation/scopes.ts'
import { nearest } from '../../core/schema/unknown-fields.ts'

type Caller = Pick<Context, 'actor' | 'operations'>

/**
 * The operation that a hook is to call.
 * @throws AppError `invalid_input` for one that no event may call, `forbidden` for one that the caller may not call
 */
export function assertCallable({ actor, operations }: Caller, name: string): Description {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) {
    const near = nearest(
      name,
      operations.map((each) => each.name),
    )
    throw notCallable(
      `There is no operation ${name}.`,
      near === undefined ? undefined : `Did you mean ${near}?`,
    )
  }
  const why = whyNot(operation)
  if (why !== undefined) throw notCallable(`Events cannot call ${name}: ${why}.`)
  if (grants(actor.scopes, operation.scope)) return operation
  throw new AppError('forbidden', `The hook calls ${name}, which needs ${operation.scope}.`, {
    fix: wayTo(operation.scope, actor),
  })
}

function whyNot({ audience, effect, scope, notForAgents }: Description): string | undefined {
  if (audience === 'people') return 'it takes or gives a secret'
  if (audience === 'runs') return 'it is for runs'
  if (effect === 'read') return 'it only reads'
  if (effect === 'destroy') return 'it cannot be undone'
  const whyNotAgents = whyNotForAgents(scope) ?? notForAgents
  return whyNotAgents && `agents cannot either (${whyNotAgents})`
}

function notCallable(
  message: string,
  fix = 'Name an operation that writes, such as tasks.create.',
): AppError {
  return new AppError('invalid_input', message, { fix, issues: [{ path: 'operation', message }] })
}
