/**
 * Transactions of postgres-js that survive the loss of their connection. The driver goes on writing to a connection that
 * is gone, which ends the process; or, once it is open again, runs what is left of the work outside any transaction.
 */
import type postgres from 'postgres'
import { isConnectionLost } from '../errors.ts'

type Work = (session: postgres.TransactionSql) => Promise<unknown>

/** The driver's connection, as it shows itself to `onexecute`. */
interface Connection {
  /** Called once when the connection is closed; the driver's own hook fails the transaction. */
  onclose: ((error: Error) => void) | null
}

/** What the driver's types do not show of a statement's options. */
interface OpeningOptions extends postgres.UnsafeQueryOptions {
  onexecute?(connection: Connection): unknown
}

/** Replaces the driver's `begin` by one after which nothing is sent through a session whose connection is lost. */
export function guardTransactions(client: postgres.Sql): void {
  // The only form in which drizzle calls it.
  const begin = client.begin as (work: Work) => Promise<unknown>
  client.begin = ((work: Work) => {
    let connection: Connection | undefined
    const { unsafe } = client
    // `begin` sends its BEGIN through it before it returns: the one statement that tells which connection it got.
    client.unsafe = ((text, parameters, options: OpeningOptions = {}) => {
      const onexecute = (opened: Connection) => {
        connection = opened
        return options.onexecute?.(opened)
      }
      return unsafe(text, parameters, { ...options, onexecute } as OpeningOptions)
    }) as typeof unsafe
    try {
      return begin((session) => runGuarded(session, () => connection, work))
    } finally {
      client.unsafe = unsafe
    }
  }) as postgres.Sql['begin']
}

async function runGuarded(
  session: postgres.TransactionSql,
  connectionOf: () => Connection | undefined,
  work: Work,
): Promise<unknown> {
  let lost: Error | undefined
  const { unsafe } = session
  session.unsafe = ((...statement) => {
    if (lost) throw lost
    return unsafe(...statement)
  }) as typeof unsafe
  // The driver sets its own hook in this very moment; from the next on, this one goes before it.
  await undefined
  const connection = connectionOf()
  const fail = connection?.onclose
  if (connection) {
    connection.onclose = (error) => {
      lost = error
      fail?.(error)
    }
  }
  try {
    const result = await work(session)
    return lost ? await forEver() : result
  } catch (thrown) {
    if (lost || isConnectionLost(thrown)) return await forEver()
    throw thrown
  }
}

/** The driver fails the transaction by itself when its connection closes; whoever settles before is written on for. */
function forEver(): Promise<never> {
  return new Promise(() => undefined)
}
