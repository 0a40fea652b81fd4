/**
 * Transactions of postgres-js that survive the loss of their connection. The driver keeps writing to a lost connection,
 * which ends the process; or, once the connection is open again, runs the rest of the work outside any transaction.
 */
import type postgres from 'postgres'
import { isConnectionLost } from '../errors.ts'

type Work = (session: postgres.TransactionSql) => Promise<unknown>

/** A list of connections that the driver keeps, such as those with a transaction. */
interface Queue {
  push(connection: Connection): unknown
  remove(connection: Connection): unknown
}

/** The driver's connection, as `onexecute` receives it. */
interface Connection {
  /** Called once when the connection is closed; the driver's own hook fails the transaction. */
  onclose: ((error: Error) => void) | null
  /** The list that holds it. */
  queue: Queue
  terminate(): void
}

/** Options of a statement that the driver's types do not show. */
interface OpeningOptions extends postgres.UnsafeQueryOptions {
  onexecute?(connection: Connection): unknown
}

type Unsafe = postgres.Sql['unsafe']

/**
 * Replaces the driver's `begin`: nothing is sent through a session whose connection is lost, and BEGIN is sent together
 * with the first statement instead of waiting for its answer.
 */
export function guardTransactions(client: postgres.Sql): void {
  // The only form in which drizzle calls it.
  const begin = client.begin as (work: Work) => Promise<unknown>
  client.begin = ((work: Work) => {
    const { unsafe } = client
    const opening = createOpening(unsafe)
    // `begin` sends its BEGIN through it before it returns: the only statement that shows which connection it got.
    client.unsafe = opening.unsafe
    try {
      return begin((session) => runGuarded(session, opening.connection, work))
    } finally {
      client.unsafe = unsafe
    }
  }) as postgres.Sql['begin']
}

/** Sends BEGIN so that it counts as answered once a connection has it. */
function createOpening(unsafe: Unsafe) {
  let connection: Connection | undefined

  function send(text: string, options: OpeningOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const onexecute = (opened: Connection) => {
        connection = opened
        options.onexecute?.(opened)
        const reserved = opened.queue
        // By then the driver has marked the connection as one that takes no more until BEGIN is answered.
        queueMicrotask(() => {
          moveTo(reserved, opened)
          resolve()
        })
      }
      // Statements after a failed BEGIN would each commit separately: the transaction fails with its connection.
      unsafe(text, [], { ...options, onexecute } as OpeningOptions).catch((error: unknown) => {
        connection?.terminate()
        reject(error)
      })
    })
  }

  return {
    connection: () => connection,
    unsafe: ((text, _parameters, options: OpeningOptions = {}) => ({
      execute: () => send(text, options),
    })) as Unsafe,
  }
}

function moveTo(queue: Queue, connection: Connection): void {
  if (connection.queue === queue) return
  connection.queue.remove(connection)
  queue.push(connection)
  connection.queue = queue
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
  // The driver sets its own hook in this very tick; from the next tick on, this hook comes before it.
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

/**
 * The driver fails the transaction itself when its connection closes; settling earlier would let the caller keep
 * writing.
 */
function forEver(): Promise<never> {
  return new Promise(() => undefined)
}
