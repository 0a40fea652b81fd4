/**
 * Prepares each statement of the embedded engine once. The engine itself parses, describes and plans a statement at
 * every call, entering it six times; a prepared statement is bound and run in a single entry.
 */
import {
  type messages,
  type PGlite,
  parse,
  protocol,
  type QueryOptions,
  type Results,
  type Transaction,
} from '@electric-sql/pglite'
import { sqlState } from '../errors.ts'
import { isPrepared } from '../is-prepared.ts'

/** How many statements stay prepared; beyond that, the least recently used one is dropped. */
const PREPARED_MAX = 200

interface Prepared {
  readonly name: string
  /** Type ids of the parameters. */
  readonly types: readonly number[]
  /** The engine's description of the rows; empty if there are none. */
  readonly description: readonly messages.BackendMessage[]
}

/** SQLSTATE of a statement whose tables have changed since it was prepared. */
const OUTDATED = '0A000'

const { bind, close, describe, execute, parse: parseText, sync } = protocol.serialize

/** Makes the engine prepare its statements, in and outside transactions. */
export function prepareStatements(client: PGlite): void {
  const statements = new PreparedStatements(client)
  const query = client.query.bind(client)
  const transaction = client.transaction.bind(client)
  client.query = async <Row>(text: string, parameters: unknown[] = [], options?: QueryOptions) => {
    if (client.closed || !isPrepared(text, parameters)) return await query<Row>(text, parameters, options)
    return await client._runExclusiveTransaction(async () => {
      const results = await client._runExclusiveQuery(() => statements.run<Row>(text, parameters, options))
      await client.syncToFs()
      return results
    })
  }
  client.transaction = (work) => transaction((session) => work(prepareWithin(session)))

  function prepareWithin(session: Transaction): Transaction {
    const queryWithin = session.query.bind(session)
    session.query = async <Row>(text: string, parameters: unknown[] = [], options?: QueryOptions) =>
      session.closed || !isPrepared(text, parameters)
        ? await queryWithin<Row>(text, parameters, options)
        : await client._runExclusiveQuery(() => statements.run<Row>(text, parameters, options))
    return session
  }
}

/** The prepared statements of one life of the engine. The user of them has the engine to itself. */
class PreparedStatements {
  readonly #client: PGlite
  /** By text, with the most recently used statement at the end. */
  readonly #known = new Map<string, Prepared>()
  #made = 0

  constructor(client: PGlite) {
    this.#client = client
  }

  async run<Row>(
    text: string,
    parameters: readonly unknown[],
    options?: QueryOptions,
  ): Promise<Results<Row>> {
    const prepared = this.#known.get(text) ?? (await this.#prepare(text))
    this.#known.delete(text)
    this.#known.set(text, prepared)
    const { name: statement, types, description } = prepared
    const values = parameters.map((value, index) => this.#asText(value, types[index], options))
    try {
      const answers = await this.#enter(bind({ statement, values }), execute({}))
      const parsers = this.#parsersUnder(options?.parsers)
      const form = options?.rowMode && { rowMode: options.rowMode }
      const [results] = parse.parseResults([...description, ...answers], parsers, form)
      return results as Results<Row>
    } catch (error) {
      if (sqlState(error) === OUTDATED) await this.#forget(text)
      throw error
    }
  }

  /** The engine's parsers with the driver's over them. The engine would copy its hundreds of parsers at each call. */
  #parsersUnder(own: QueryOptions['parsers']): PGlite['parsers'] {
    return Object.assign(Object.create(this.#client.parsers), own)
  }

  async #prepare(text: string): Promise<Prepared> {
    const [oldest] = this.#known.keys()
    if (this.#known.size >= PREPARED_MAX && oldest !== undefined) await this.#forget(oldest)
    this.#made += 1
    const name = `s${this.#made}`
    const answers = await this.#enter(parseText({ name, text }), describe({ type: 'S', name }))
    return {
      name,
      types: parse.parseDescribeStatementResults(answers),
      description: answers.filter((answer) => answer.name === 'rowDescription'),
    }
  }

  async #forget(text: string): Promise<void> {
    const { name } = this.#known.get(text) ?? {}
    this.#known.delete(text)
    if (name !== undefined) await this.#enter(close({ type: 'S', name }))
  }

  /** Runs these messages and the final sync in one entry. */
  #enter(...parts: readonly Uint8Array[]): Promise<messages.BackendMessage[]> {
    return this.#client.execProtocolStream(Buffer.concat([...parts, sync()]), { syncToFs: false })
  }

  #asText(value: unknown, type = 0, options?: QueryOptions): string | null {
    if (value === null || value === undefined) return null
    const serialize = options?.serializers?.[type] ?? this.#client.serializers[type]
    return serialize ? serialize(value) : String(value)
  }
}
