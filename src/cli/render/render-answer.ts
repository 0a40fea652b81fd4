/** What people see of an answer, and the exit code that a shell sees. */
import { ERROR_KINDS } from '../../core/errors.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { systemTimeZone } from '../../domain/time/zones/time-zone.ts'
import { plainText, type Terminal } from '../terminal.ts'
import { dimIds, renderTable } from './render-table.ts'
import { wrapSentences } from './wrap-text.ts'

/**
 * The answer of an operation, in words or as a table. The reader is assumed to live in the time zone of this machine.
 */
export function renderAnswer(
  operation: Operation,
  answer: Record<string, unknown>,
  output: Terminal['out'],
): string {
  const reader = { timeZone: systemTimeZone() }
  const rows = operation.table?.(answer, reader)
  if (rows && rows.rows.length > 0) return renderTable(rows, output)
  return dimIds(wrapSentences(plainText(operation.tell(answer, reader)), output.width), output)
}

/** The exit code of an answer: a batch with a failed part ends like its first failure. */
export function exitCodeOfAnswer(answer: Record<string, unknown>): number {
  const results = Array.isArray(answer.results) ? answer.results : []
  const failed: unknown = results.find((result: unknown) => isRecord(result) && result.ok === false)
  if (!isRecord(failed)) return 0
  const code = isRecord(failed.error) ? failed.error.code : undefined
  return typeof code === 'string' && isErrorCode(code) ? ERROR_KINDS[code].exitCode : 1
}

function isErrorCode(code: string): code is keyof typeof ERROR_KINDS {
  return Object.hasOwn(ERROR_KINDS, code)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
