/** One field of an input set, at any depth, whatever else the input holds. */
import { isJsonObject } from '../../../src/core/text/json.ts'

export type Path = readonly (string | number)[]

export function putField(input: unknown, [name, ...rest]: Path, value: unknown): unknown {
  if (name === undefined) return value
  if (typeof name === 'number') return [putField(Array.isArray(input) ? input[0] : undefined, rest, value)]
  const fields = isJsonObject(input) ? input : {}
  return { ...fields, [name]: putField(fields[name], rest, value) }
}
