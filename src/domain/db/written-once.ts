/** Parts of statements that are the same for every viewer but for their ids: built once, not for every statement. */
import { Placeholder, SQL, type SQLChunk, StringChunk, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { Context } from '../../core/operation/context.ts'

type Viewer = Pick<Context, 'actor'>
type Actor = Viewer['actor']
type Ids = Pick<Actor, 'personId' | 'within' | 'logSpace'>

/** Which text is the viewer's: visibility differs by what an agent is confined to, and by nothing else. */
function confinement({ personId, within, logSpace }: Ids): string {
  if (within === undefined) return 'nothing'
  const owner = within === personId ? 'self' : 'other'
  return logSpace === undefined ? owner : `project of ${owner}`
}

/**
 * The same part of a statement, whose text is built at its first use: building it again for each statement takes
 * longer than reading the rows.
 */
export function writtenOnce(build: (viewer: Viewer) => SQL): (viewer: Viewer) => SQL {
  const writers = new Map<string, (ids: Ids) => SQL>()
  return ({ actor }) => {
    const kind = confinement(actor)
    const known = writers.get(kind)
    if (known !== undefined) return known(actor)
    const write = writer(build({ actor: standInFor(actor) }))
    writers.set(kind, write)
    return write(actor)
  }
}

/** An actor with placeholders for ids. A part that asks for anything else would not fit every viewer, and is refused. */
function standInFor({ personId, within, logSpace }: Ids): Actor {
  const person = sql.placeholder('personId')
  const other = within === undefined ? undefined : sql.placeholder('within')
  const ids: Record<string, unknown> = {
    personId: person,
    within: within === personId ? person : other,
    logSpace: logSpace === undefined ? undefined : sql.placeholder('logSpace'),
  }
  return new Proxy({} as Actor, {
    get(_actor, field) {
      if (typeof field === 'string' && Object.hasOwn(ids, field)) return ids[field]
      throw new Error(`a part of a statement is written once, yet depends on the viewer's ${String(field)}`)
    },
  })
}

const PARAMETER = /\$\d+/

function writer(part: SQL): (ids: Ids) => SQL {
  const { sql: text, params } = new PgDialect().sqlToQuery(part)
  const [first = '', ...rest] = text.split(PARAMETER)
  if (rest.length !== params.length) throw new Error('a part of a statement contains text like a parameter')
  const beginning = new StringChunk(first)
  const others = rest.map((words, index) => ({ param: params[index], words: new StringChunk(words) }))
  return (ids) =>
    new SQL([
      beginning,
      // Every value may be a parameter, which drizzle's type leaves out.
      ...others.flatMap(({ param, words }) => [filled(param, ids), words]),
    ] as SQLChunk[])
}

function filled(param: unknown, ids: Ids): unknown {
  return param instanceof Placeholder ? ids[param.name as keyof Ids] : param
}
