/** Prefixed ids that sort by creation time (TypeID over UUIDv7), e.g. `task_01h455vb4pex5vsknk084sn02q`. */
import { TypeID, typeid } from 'typeid-js'
import { z } from 'zod'

/** Makes a new id of a kind. The kind's name is the prefix: lower case, with `_` between words. */
export type NewId = (kind: string) => string

export const newId: NewId = (kind) => typeid(kind).toString()

/** The UUID in an id, for services that take nothing else. */
export function uuidOf(id: string): string {
  return TypeID.fromString(id).toUUID()
}

/** What follows on the kind and `_` in an id, as the text of a regular expression. */
export const ID_SUFFIX = '[0-7][0-9a-hjkmnp-tv-z]{25}'

/** The schema of an id of one kind. Of a kind whose things have numbers, `idOrRef` takes both. */
export function idOf(kind: string) {
  return z.string().regex(new RegExp(`^${kind}_${ID_SUFFIX}$`), `must be an id such as ${exampleId(kind)}`)
}

const ANY_ID = new RegExp(`\\b[a-z](?:[a-z_]*[a-z])?_${ID_SUFFIX}\\b`, 'g')

/** Every id in a text, of whatever kind, once. */
export function idsIn(text: string): readonly string[] {
  return [...new Set(text.match(ANY_ID))]
}

/** The kind of an id: its prefix. */
export function kindOfId(id: string): string {
  return id.slice(0, id.lastIndexOf('_'))
}

const EXAMPLE_SUFFIX = '01h455vb4pex5vsknk084sn02q'

/** A valid id of a kind, for examples and tests. */
export function exampleId(kind: string): string {
  return `${kind}_${EXAMPLE_SUFFIX}`
}

/** The patterns that `idOf` and `idOrRef` make. */
const ID_PATTERN = /^\^\(?([a-z]+)_(?:\|([A-Z]+)-)?/

/** What a schema with the pattern of an id takes, in words: `task id or T-12`; undefined for any other pattern. */
export function idWords(pattern: unknown): string | undefined {
  const [, kind, letters] = (typeof pattern === 'string' && ID_PATTERN.exec(pattern)) || []
  if (kind === undefined) return undefined
  return letters === undefined ? `${kind} id` : `${kind} id or ${letters}-12`
}
