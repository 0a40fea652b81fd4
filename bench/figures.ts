/** The results of the bench: figures with their baselines, and which aims they meet. */

/** What a figure should reach. */
export type Aim =
  | { readonly ratioAtLeast: number }
  | { readonly ratioAtMost: number }
  | { readonly p99MsAtMost: number }
  | { readonly atMost: number }

export interface Figure {
  /** The measure that it belongs to. */
  readonly measure: string
  readonly name: string
  /** Where the data is; absent: the call needs none. */
  readonly store?: Store
  readonly connections?: number
  readonly unit: '/s' | 'ms' | 'MB' | 'bytes' | '% of a core' | 'lost' | 'wrong' | 'requests'
  readonly ours: number
  readonly baseline?: { readonly name: string; readonly value: number; readonly p99Ms?: number }
  readonly p50Ms?: number
  readonly p99Ms?: number
  /** Share of one core that sending took: near 1, the load was the limit. */
  readonly senderBusy?: number
  readonly aim?: Aim
}

export type Store = 'embedded' | 'server'

/** Ours divided by the baseline; undefined if the baseline is zero or absent. */
export function ratioOf({ ours, baseline }: Figure): number | undefined {
  return baseline && baseline.value > 0 ? ours / baseline.value : undefined
}

/** Undefined if there is no aim. */
export function isMet(figure: Figure): boolean | undefined {
  const { aim, ours, p99Ms } = figure
  const ratio = ratioOf(figure)
  if (aim === undefined) return undefined
  if ('ratioAtLeast' in aim) return ratio !== undefined && ratio >= aim.ratioAtLeast
  if ('ratioAtMost' in aim) return ratio !== undefined && ratio <= aim.ratioAtMost
  if ('atMost' in aim) return ours <= aim.atMost
  return p99Ms !== undefined && p99Ms <= aim.p99MsAtMost
}

export function aimText(aim: Aim): string {
  if ('ratioAtLeast' in aim) return `>= ${aim.ratioAtLeast} x`
  if ('ratioAtMost' in aim) return `<= ${aim.ratioAtMost} x`
  if ('atMost' in aim) return `<= ${aim.atMost}`
  return `p99 <= ${aim.p99MsAtMost} ms`
}

/** Three significant digits, without an exponent. */
export function shown(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}

/** A figure in a line, for a person who waits for the rest. */
export function inShort(figure: Figure): string {
  const { ours, unit, baseline } = figure
  const ratio = ratioOf(figure)
  const beside = baseline && ratio !== undefined ? `, ${shown(ratio)} x ${baseline.name}` : ''
  return `${shown(ours)} ${unit}${beside}`
}
