/** Reads a provider's refusal, whichever SDK threw it and whichever form the server uses. */
import { cutText } from '../../core/text/cut.ts'
import { makeStorable } from '../../core/text/storable.ts'
import { withoutSecrets } from './log-cause.ts'
import { isRecord } from './tool-input.ts'

/** A refusal in the terms by which it is judged. */
export interface Signs {
  /** The HTTP status, or the status that a stream gives as its error's code. */
  readonly status: number | undefined
  readonly headers: Headers | undefined
  /** The provider's own codes and types. */
  readonly codes: readonly string[]
  /** The provider's own words, as they came; '' if there are none. */
  readonly words: string
  /** The body of the refusal. */
  readonly body: unknown
}

export function signsOf(thrown: unknown): Signs {
  const fields = isRecord(thrown) ? thrown : {}
  const { body, inner } = bodyOf(fields.error)
  const isText = (value: unknown): value is string => typeof value === 'string'
  const words = wordsIn(body)
  return {
    status: statusOf(fields.status) ?? statusOf(inner.code) ?? statusOf(inner.status),
    headers: fields.headers instanceof Headers ? fields.headers : undefined,
    codes: [fields.type, fields.code, inner.type, inner.code, inner.status].filter(isText),
    words: words === '' && hasProviderMessage(fields, thrown) ? thrown.message : words,
    body,
  }
}

/** Servers wrap the error once, twice or in a list: `{ error }`, `{ error: { error } }`, `[{ error }]`. */
function bodyOf(error: unknown): { readonly body: unknown; readonly inner: Record<string, unknown> } {
  const body = Array.isArray(error) && error.length === 1 ? error[0] : error
  let inner = isRecord(body) ? body : {}
  while (isRecord(inner.error)) inner = inner.error
  return { body, inner }
}

/** An SDK puts a body that is not JSON into the message of its error. */
function hasProviderMessage(fields: Record<string, unknown>, thrown: unknown): thrown is Error {
  return thrown instanceof Error && (fields.status !== undefined || 'error' in fields)
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined
}

/** Fields in which servers put their words; `error` may be just a title beside a `message`. */
const WORD_FIELDS = ['message', 'detail', 'msg', 'error', 'errors', 'error_description', 'title'] as const
/** How many faults of a list, such as pydantic's, are read. */
const FAULTS_READ = 3

function wordsIn(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.slice(0, FAULTS_READ).map(wordsIn).filter(Boolean).join('; ')
  if (!isRecord(value)) return ''
  const own = WORD_FIELDS.map((name) => wordsIn(value[name])).find((words) => words !== '') ?? ''
  // pydantic names the field; a gateway in between passes on the words of the server behind it.
  const place = Array.isArray(value.loc) ? `${value.loc.join('.')}: ` : ''
  const behind = isRecord(value.metadata) ? wordsIn(value.metadata.raw) : ''
  return [`${place}${own}`, behind].filter(Boolean).join(' ')
}

/** The most characters of a provider's words that people are shown. */
const SHOWN_MAX_CHARS = 300

/** The words in one line, shortened, without secrets; undefined if there are none. */
export function shownWords({ words }: Signs, key: string | undefined): string | undefined {
  // A web page from a server in between contains no usable sentence.
  if (/^\s*(\d{3} )?<(!doctype|html)/i.test(words)) return undefined
  const line = withoutSecrets(makeStorable(words).value, key)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replaceAll(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim()
  return line === '' ? undefined : cutText(line, SHOWN_MAX_CHARS, '…')
}
