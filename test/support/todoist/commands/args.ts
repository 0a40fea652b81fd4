/** Reads the arguments of a command or the body of a call, and refuses what has the wrong form. */
import { invalid, missing } from '../api-error.ts'
import type { Json } from '../world/wire.ts'

export function text(args: Json, name: string): string {
  const value = args[name]
  if (value === undefined || value === null || value === '') return missing(name)
  if (typeof value !== 'string') return invalid(name, 'a string')
  return value
}

export function optionalText(args: Json, name: string): string | undefined {
  return args[name] === undefined || args[name] === null ? undefined : text(args, name)
}

/** Like `optionalText`, where `null` and the empty text mean something of their own. */
export function nullableText(args: Json, name: string): string | null | undefined {
  const value = args[name]
  if (value === undefined || value === null) return value
  return typeof value === 'string' ? value : invalid(name, 'a string')
}

export function optionalNumber(args: Json, name: string): number | undefined {
  const value = args[name]
  if (value === undefined || value === null) return undefined
  return typeof value === 'number' && Number.isInteger(value) ? value : invalid(name, 'an integer')
}

export function optionalFlag(args: Json, name: string): boolean | undefined {
  const value = args[name]
  if (value === undefined || value === null) return undefined
  return typeof value === 'boolean' ? value : invalid(name, 'a boolean')
}

export function optionalTexts(args: Json, name: string): string[] | undefined {
  const value = args[name]
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || value.some((each) => typeof each !== 'string'))
    return invalid(name, 'a list of strings')
  return value as string[]
}

export function objects(args: Json, name: string): Json[] {
  const value = args[name]
  if (value === undefined) return missing(name)
  return Array.isArray(value) ? (value as Json[]) : invalid(name, 'a list')
}
