/**
 * Replaces the references in an input (`T-12`) by ids, for things that the caller may see, and the ids of things that are
 * over by those of what stands for them now.
 */
import type { z } from 'zod'
import type { Finder, Kind } from '../operation/kind.ts'
import { kindTaken, readReference } from '../operation/kind.ts'

/** One place of an input: an id, or fields and items that contain ids. */
interface Place {
  readonly kinds: readonly Kind[]
  readonly fields: readonly (readonly [name: string, place: Place])[]
  /** The items of a list, or the values of a record. */
  readonly items: Place | undefined
}

/** A text where an input takes ids of a kind, and the object or list that contains it. */
interface Name {
  readonly kind: Kind
  readonly text: string
  readonly holder: Record<string, unknown>
  readonly key: string
}

interface Reference extends Name {
  readonly number: number
}

/** Whether there is anything to replace. Most calls contain no reference, and most operations have no place for one. */
export function hasReferences(schema: z.ZodObject, input: object): boolean {
  return referencesIn(schema, input).length > 0
}

/**
 * The input with ids in place of references. A reference to nothing that the caller may see stays as it was typed, so
 * that the operation answers as it does for an unknown id.
 */
export async function resolveReferences<Input extends object>(
  schema: z.ZodObject,
  input: Input,
  ctx: Finder,
): Promise<Input> {
  const resolved = structuredClone(input)
  const references = referencesIn(schema, resolved)
  const kinds = new Set(references.map(({ kind }) => kind))
  await Promise.all([...kinds].map((kind) => resolveKind(kind, references, ctx)))
  return resolved
}

async function resolveKind(kind: Kind, references: readonly Reference[], ctx: Finder): Promise<void> {
  const ofKind = references.filter((reference) => reference.kind === kind)
  const found = await kind.find(ctx, [...new Set(ofKind.map(({ number }) => number))])
  const ids = new Map(found.map(({ id, number }) => [number, id]))
  for (const { number, holder, key } of ofKind) {
    const id = ids.get(number)
    if (id !== undefined) holder[key] = id
  }
}

/**
 * The input in which each named thing that is over is replaced by what stands for it now. `isMeant`: which of the texts
 * that name things.
 */
export async function followCurrent<Input extends object>(
  schema: z.ZodObject,
  input: Input,
  { ctx, isMeant }: { readonly ctx: Finder; readonly isMeant?: (text: string) => boolean },
): Promise<Input> {
  const followed = structuredClone(input)
  const names = namesIn(schema, followed).filter(({ text }) => isMeant === undefined || isMeant(text))
  for (const kind of new Set(names.map((name) => name.kind))) {
    const ofKind = names.filter((name) => name.kind === kind)
    if (kind.current !== undefined) await followKind(ctx, { kind, current: kind.current }, ofKind)
  }
  return followed
}

async function followKind(
  ctx: Finder,
  { kind, current }: { readonly kind: Kind; readonly current: NonNullable<Kind['current']> },
  names: readonly Name[],
): Promise<void> {
  const numbers = names.flatMap(({ text }) => readReference(kind, text) ?? [])
  const found = numbers.length === 0 ? [] : await kind.find(ctx, numbers)
  const byNumber = new Map(found.map(({ id, number }) => [number, id]))
  const idOf = (text: string) => byNumber.get(readReference(kind, text) ?? 0) ?? text
  const follows = await current(ctx, [...new Set(names.map(({ text }) => idOf(text)))])
  for (const { holder, key, text } of names) holder[key] = follows.get(idOf(text)) ?? text
}

function referencesIn(schema: z.ZodObject, input: object): Reference[] {
  return namesIn(schema, input).flatMap((name) => {
    const number = readReference(name.kind, name.text)
    return number === undefined ? [] : [{ ...name, number }]
  })
}

function namesIn(schema: z.ZodObject, input: object): Name[] {
  const place = placeOf(schema)
  const names: Name[] = []
  if (place !== undefined) collect(place, { '': input }, '', names)
  return names
}

function collect(place: Place, holder: Record<string, unknown>, key: string, found: Name[]): void {
  const value = holder[key]
  if (typeof value === 'string') {
    // A bare number does not say which of several kinds it means.
    const kinds = place.kinds.length > 1 && isBareNumber(value) ? [] : place.kinds
    for (const kind of kinds) found.push({ kind, text: value, holder, key })
  } else if (typeof value === 'object' && value !== null) {
    const within = value as Record<string, unknown>
    for (const [name, field] of place.fields) collect(field, within, name, found)
    if (place.items === undefined) return
    for (const name of Object.keys(within)) collect(place.items, within, name, found)
  }
}

function isBareNumber(text: string): boolean {
  return /^\d/.test(text)
}

const places = new WeakMap<z.core.$ZodType, { readonly place: Place | undefined }>()

/** Computed once for each schema; undefined if it takes no reference. */
function placeOf(schema: z.core.$ZodType): Place | undefined {
  const known = places.get(schema)
  if (known !== undefined) return known.place
  const place = makePlace(schema)
  places.set(schema, { place })
  return place
}

function makePlace(schema: z.core.$ZodType): Place | undefined {
  const kind = kindTaken(schema)
  if (kind !== undefined) return { kinds: [kind], fields: [], items: undefined }
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'object':
      return holding({ fields: Object.entries(def.shape) })
    case 'array':
      return holding({ items: def.element })
    case 'record':
      return holding({ items: def.valueType })
    case 'union':
      return merged(def.options.flatMap((option) => placeOf(option) ?? []))
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
      return placeOf(def.innerType)
    case 'pipe':
      return placeOf(def.out)
    default:
      return undefined
  }
}

function holding({
  fields = [],
  items,
}: {
  readonly fields?: readonly (readonly [string, z.core.$ZodType])[]
  readonly items?: z.core.$ZodType
}): Place | undefined {
  return merged([
    {
      kinds: [],
      fields: fields.flatMap(([name, schema]) => {
        const place = placeOf(schema)
        return place === undefined ? [] : [[name, place] as const]
      }),
      items: items && placeOf(items),
    },
  ])
}

/** The alternatives of a union as one place; undefined if none of them contains an id. */
function merged(choices: readonly Place[]): Place | undefined {
  const kinds = choices.flatMap((choice) => choice.kinds)
  const fields = choices.flatMap((choice) => choice.fields)
  const items = choices.find((choice) => choice.items !== undefined)?.items
  const isEmpty = kinds.length === 0 && fields.length === 0 && items === undefined
  return isEmpty ? undefined : { kinds, fields, items }
}
