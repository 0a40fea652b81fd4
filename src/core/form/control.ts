/** A control sets one field of a call to what its reader chooses. It is data: each door shows it in its own way. */
import type { NextCall } from '../operation/next-call.ts'

export interface ControlOption {
  /** JSON: what the field becomes. */
  readonly value: unknown
  readonly label: string
}

interface ControlOf<Kind extends string> {
  readonly kind: Kind
  readonly label: string
  /** Made with each choice; a choice that repeats an earlier one changes nothing more. */
  readonly call: NextCall
  /** The field of its input that is set; of a field in another one, the path: `quietHours.from`. */
  readonly field: string
}

export type Control =
  | (ControlOf<'one'> & { readonly options: readonly ControlOption[]; readonly chosen: unknown })
  | (ControlOf<'several'> & {
      readonly options: readonly ControlOption[]
      readonly chosen: readonly unknown[]
      /** Shown where nothing is chosen. */
      readonly none: string
    })
  /** `chosen`: a time of the day, HH:MM. */
  | (ControlOf<'time'> & { readonly chosen: string })
