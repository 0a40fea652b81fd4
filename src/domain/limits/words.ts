/** Uses of limits in words. */
import type { z } from 'zod'
import type { LimitUse } from './store.ts'

type Use = Pick<z.output<typeof LimitUse>, 'used' | 'most' | 'unit'>

/** Characters of a full bar. */
const BAR_CHARS = 10
const MEGABYTE = 1024 * 1024

/** "12 of 500 runs", "3.1 of 5,120 MiB". */
export function amountText({ used, most, unit }: Use): string {
  return unit === 'bytes'
    ? `${numberText(used / MEGABYTE)} of ${numberText(most / MEGABYTE)} MiB`
    : `${numberText(used)} of ${numberText(most)} ${unit}`
}

/** A bar with the share in per cent; anything in use shows at least one block. */
export function barText({ used, most }: Use): string {
  const share = most === 0 ? Number(used > 0) : used / most
  const full = Math.min(BAR_CHARS, Math.ceil(share * BAR_CHARS))
  return `${'█'.repeat(full)}${'░'.repeat(BAR_CHARS - full)} ${Math.round(share * 100)} %`
}

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

function numberText(value: number): string {
  return NUMBER.format(value)
}
