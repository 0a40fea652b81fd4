/**
 * Statements of the embedded engine, each prepared once. By itself the engine parses, describes and plans a statement at
 * every call, which enters it six times; a prepared one is bound and run in a single entry.
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

/** Statements that stay prepared; beyond that, the one that was used longest ago is forgotten. */
const PREPARED_MAX = 200

interface Prepared {
  readonly name: string
  /** Type ids of its parameters. */
  readonly types: readonly number[]
  /** What describes its rows, as the engine answered it; nothing where it has none. */
  readonly description: readonly messages.BackendMessage[]
}

/** SQLSTATE of a statement whose tables have changed since it was prepared. */
const OUTDATED = '0A000'

const { bind, close, describe, execute, parse: parseText, sync } = protocol.serialize

/** Has the engine prepare what is asked of it, by itself or in a transaction. */
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

/** The statements of one life of the engine. Who uses them has the engine to itself. */
class PreparedStatements {
  readonly #client: PGlite
  /** By their texts, the one that was used last at the end. */
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
      const [results] = parse.parseResults([...description, ...answers], this.#client.parsers, options)
      return results as Results<Row>
    } catch (error) {
      if (sqlState(error) === OUTDATED) await this.#forget(text)
      throw error
    }
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

  /** Runs these messages, and the sync that ends them, in one entry. */
  #enter(...parts: readonly Uint8Array[]): Promise<messages.BackendMessage[]> {
    return this.#client.execProtocolStream(Buffer.concat([...parts, sync()]), { syncToFs: false })
  }

  #asText(value: unknown, type = 0, options?: QueryOptions): string | null {
    if (value === null || value === undefined) return null
    const serialize = options?.serializers?.[type] ?? this.#client.serializers[type]
    return serialize ? serialize(value) : String(value)
  }
}
