/** The connectors of a gateway, by name. */
import type { Connector } from '../../core/area/connector.ts'
import { AppError } from '../../core/errors.ts'

declare module '../../core/operation/context.ts' {
  interface Resources {
    readonly connectors: readonly Connector[]
  }
}

/** @throws AppError `not_found` */
export function findConnector(connectors: readonly Connector[], name: string): Connector {
  const connector = connectors.find((each) => each.name === name)
  if (connector !== undefined) return connector
  const names = connectors.map((each) => each.name)
  throw new AppError('not_found', `There is no connector ${name}.`, {
    fix: names.length === 0 ? 'This gateway has none.' : `There are: ${names.join(', ')}.`,
  })
}
