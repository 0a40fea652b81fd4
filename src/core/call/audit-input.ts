/** What the audit keeps of a call's input: no secrets, and a limited size. */

import { counted } from '../text/counts.ts'
import { cutSayingRest } from '../text/cut.ts'
import { isJsonObject } from '../text/json.ts'
import { redact } from '../text/redact.ts'
import type { AuditEntry } from './ledger.ts'

/** The most bytes of JSON kept of an input: of a call that was done, and of one that failed and so changed nothing. */
export const AUDIT_INPUT_MAX_BYTES = { done: 16_384, failed: 2_048 } as const

interface Fit {
  /** UTF-16 code units of one text. */
  readonly textUnits: number
  /** Items of one list, and fields of one object. */
  readonly items: number
}

/** Tried in turn until the input fits. */
const FITS: readonly Fit[] = [
  { textUnits: 4_000, items: 100 },
  { textUnits: 1_000, items: 100 },
  { textUnits: 250, items: 25 },
  { textUnits: 60, items: 25 },
  { textUnits: 30, items: 5 },
]

/** Marks, among the fields of an object, that others were left out. */
const REST = '…'

/** A copy of the input to keep: texts and lists that are too long are cut, with a note of how much was left out. */
export function auditInput(input: unknown, outcome: AuditEntry['outcome']): unknown {
  const maxBytes = AUDIT_INPUT_MAX_BYTES[outcome === 'ok' ? 'done' : 'failed']
  const whole = redact(input)
  const bytes = bytesOf(whole)
  if (bytes <= maxBytes) return whole
  const fitting = FITS.map((fit) => shorten(whole, fit)).find((short) => bytesOf(short) <= maxBytes)
  return fitting ?? { [REST]: counted(bytes, 'byte') }
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

function shorten(value: unknown, fit: Fit): unknown {
  if (typeof value === 'string') {
    return cutSayingRest(value, fit.textUnits, (left) => `… (${counted(left, 'character')} more)`)
  }
  if (Array.isArray(value)) {
    const kept = value.slice(0, fit.items).map((item) => shorten(item, fit))
    const left = value.length - kept.length
    return left === 0 ? kept : [...kept, `… (${counted(left, 'item')} more)`]
  }
  if (!isJsonObject(value)) return value
  const fields = Object.entries(value)
  const kept = fields.slice(0, fit.items).map(([name, field]) => [name, shorten(field, fit)])
  const left = fields.length - kept.length
  return Object.fromEntries(left === 0 ? kept : [...kept, [REST, `${counted(left, 'field')} more`]])
}
