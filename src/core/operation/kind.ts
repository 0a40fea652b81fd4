/** Kinds of things. Where people talk about them, each has a number beside its id, and `T-12` means the same as the id. */
import { z } from 'zod'
import type { Actor } from './actor.ts'
import type { Resources } from './context.ts'
import { exampleId, ID_SUFFIX } from './ids.ts'

/** What the domain adds (`declare module`): how a statement finds out which things of a kind a caller may see. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface Sight {}

/** A kind of things that not every caller sees. */
export interface SeenKind {
  /** The prefix of its ids: `task`. */
  readonly name: string
  readonly sight: Sight
}

export interface Kind extends SeenKind {
  /** The capital letters that its references begin with: `T`. */
  readonly letters: string
  /** Finds, in one statement, the things with these numbers that the caller may see. */
  find(ctx: Finder, numbers: readonly number[]): Promise<readonly Numbered[]>
  /**
   * What stands now for things that are over, by their ids: the open task of a series for one that is done. Calls whose
   * input was stored long before follow it; a caller who names a thing means that thing.
   */
  readonly current?:
    | ((ctx: Finder, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>)
    | undefined
}

/** What finding needs: the store, and the caller. */
export type Finder = Resources & { readonly actor: Actor }

/** A thing that was found by its number. */
export interface Numbered {
  readonly id: string
  readonly number: number
}

/**
 * Makes a kind.
 * @throws Error at start-up for letters that are not one to three capitals
 */
export function defineKind(spec: Kind): Kind {
  if (/^[A-Z]{1,3}$/.test(spec.letters)) return spec
  throw new Error(`the letters of ${spec.name} must be one to three capitals, not ${spec.letters}`)
}

/** The reference that people read and type: `T-12`. */
export function refOf({ letters }: Kind, number: number): string {
  return `${letters}-${number}`
}

/** At most fifteen digits, so that JavaScript represents every number exactly. */
const NUMBER = /^(?:([a-z]{1,3})-?)?([1-9]\d{0,14})$/i

/** Three letters, a hyphen and fifteen digits. */
const REFERENCE_MAX_CHARS = 19

/** The number in a reference: `T-12`, `t12` or `12`; undefined for any other text. */
export function readReference({ letters }: Kind, text: string): number | undefined {
  // Most texts are ids, which are longer: that is seen faster than it is matched.
  if (text.length > REFERENCE_MAX_CHARS) return undefined
  const [, given = letters, number] = NUMBER.exec(text) ?? []
  return number !== undefined && given.toUpperCase() === letters ? Number(number) : undefined
}

// The registry's own types would take a Kind apart.
const kinds = z.registry<{ readonly kind: unknown }>()

/** The schema of an id of one kind, or of a reference, which `invoke` replaces by the id. */
export function idOrRef(kind: Kind) {
  const { name, letters } = kind
  const idForm = new RegExp(`^${name}_${ID_SUFFIX}$`)
  return (
    z
      .string()
      .refine((text) => idForm.test(text) || readReference(kind, text) !== undefined, {
        error: `must be a reference such as ${letters}-12, or an id such as ${exampleId(name)}`,
      })
      // Models read it with every tool, so it only gives the beginnings of the two forms.
      .meta({ pattern: `^(${name}_|${letters}-)` })
      .register(kinds, { kind })
  )
}

/** The kind whose ids and references a schema takes. */
export function kindTaken(schema: z.core.$ZodType): Kind | undefined {
  return kinds.get(schema)?.kind as Kind | undefined
}

/** Whether a text is an id rather than a reference, by its schema: URIs, by which things are watched, contain ids. */
export function isId(schema: z.ZodType, text: string): boolean {
  const kind = kindTaken(schema)
  const isReference = kind !== undefined && readReference(kind, text) !== undefined
  return !isReference && schema.safeParse(text).success
}
