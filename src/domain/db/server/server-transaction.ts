/**
 * Transactions of postgres-js that survive the loss of their connection. The driver goes on writing to a connection that
 * is gone, which ends the process; or, once it is open again, runs what is left of the work outside any transaction.
 */
import type postgres from 'postgres'
import { isConnectionLost } from '../errors.ts'

type Work = (session: postgres.TransactionSql) => Promise<unknown>

/** A list of connections that the driver keeps, such as those that transactions have. */
interface Queue {
  push(connection: Connection): unknown
  remove(connection: Connection): unknown
}

/** The driver's connection, as it shows itself to `onexecute`. */
interface Connection {
  /** Called once when the connection is closed; the driver's own hook fails the transaction. */
  onclose: ((error: Error) => void) | null
  /** The list that holds it. */
  queue: Queue
  terminate(): void
}

/** What the driver's types do not show of a statement's options. */
interface OpeningOptions extends postgres.UnsafeQueryOptions {
  onexecute?(connection: Connection): unknown
}

type Unsafe = postgres.Sql['unsafe']

/**
 * Replaces the driver's `begin` by one after which nothing is sent through a session whose connection is lost, and which
 * sends BEGIN together with the first statement rather than wait for its answer.
 */
export function guardTransactions(client: postgres.Sql): void {
  // The only form in which drizzle calls it.
  const begin = client.begin as (work: Work) => Promise<unknown>
  client.begin = ((work: Work) => {
    const { unsafe } = client
    const opening = createOpening(unsafe)
    // `begin` sends its BEGIN through it before it returns: the one statement that tells which connection it got.
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
        // By then the driver has taken the connection for one that takes no more until BEGIN is answered.
        queueMicrotask(() => {
          moveTo(reserved, opened)
          resolve()
        })
      }
      // What follows a BEGIN that fails would stand by itself: it fails with its connection.
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

/**
 * The driver fails the transaction itself when its connection closes; settling earlier would let the caller keep
 * writing.
 */
function forEver(): Promise<never> {
  return new Promise(() => undefined)
}
