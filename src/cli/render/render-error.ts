/** What people and programs see of an error. */
import { type AppError, ERROR_KINDS, errorBody } from '../../core/errors.ts'
import { plainText, type Terminal } from '../terminal.ts'
import { wrapSentences } from './wrap-text.ts'

/** The codes whose request id helps to investigate the error. */
const WORTH_REPORTING = new Set<string>(['internal', 'unavailable'])

/** An error in at most a few lines: what happened, where, and how to fix it. */
export function renderError(error: AppError, { err }: Terminal, flags: FlagOf, requestId?: string): string {
  const { colours } = err
  const said = (text: string) => wrapSentences(plainText(text), err.width)
  const body = errorBody(error, requestId)
  const fields = body.issues?.filter(({ path }) => path !== '') ?? []
  const head = fields.length > 0 ? `${ERROR_KINDS[body.code].title}.` : body.message
  const lines = [
    `${colours.red('✗')} ${said(head)}`,
    ...fields.map(({ path, message }) => `  ${colours.bold(flags(path))}  ${said(message)}`),
  ]
  if (body.fix !== undefined) lines.push(`  ${colours.dim('→')} ${said(body.fix)}`)
  if (requestId !== undefined && WORTH_REPORTING.has(body.code)) lines.push(`  ${colours.dim(requestId)}`)
  return lines.join('\n')
}

/** The name of a field on the command line. */
export type FlagOf = (path: string) => string

/** An error for programs. */
export function errorJson(error: AppError, requestId?: string): string {
  return JSON.stringify({ error: errorBody(error, requestId) })
}

export function exitCodeOf(error: AppError): number {
  return ERROR_KINDS[error.code].exitCode
}
