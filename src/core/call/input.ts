/** Checks what a caller sent against an operation's input: every field must be valid, and no field may be unknown. */
import type { z } from 'zod'
import { AppError, type InputIssue } from '../errors.ts'
import type { Operation } from '../operation/operation.ts'
import { issuesIn, issueWords } from '../schema/issue-words.ts'
import { unknownFields } from '../schema/unknown-fields.ts'
import { isNestedDeeper, JSON_MAX_LEVELS } from '../text/json.ts'
import { isStorable } from '../text/storable.ts'

/** The most issues in one error: enough to correct a call, however long the input was. */
const ISSUES_MAX = 20

/** What is needed to check an input: its schema in both forms. */
type Checkable<Input extends z.ZodObject> = Pick<Operation<Input>, 'input' | 'inputSchema'>

type Checked<Data> = { readonly data: Data } | { readonly issues: readonly InputIssue[] }

/**
 * Parses an input. A field that does not exist is refused rather than dropped: a misspelt filter or due date would
 * otherwise be ignored silently.
 * @throws AppError `invalid_input` naming each field at fault.
 */
export function parseInput<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  rawInput: unknown,
): z.output<Input> {
  const checked = checkInput(operation, rawInput)
  if ('data' in checked) return checked.data
  throw invalidInput(operation.name, checked.issues)
}

/** The same for data that is not the input of an operation: answers with the data, or with each field at fault. */
export function checkInput<Input extends z.ZodObject>(
  { input, inputSchema }: Checkable<Input>,
  rawInput: unknown,
): Checked<z.output<Input>> {
  // Checked first, because everything after it walks through the input.
  if (isNestedDeeper(rawInput)) return { issues: [TOO_DEEP] }
  const unknown = unknownFields(inputSchema, rawInput)
  const parsed = input.safeParse(rawInput ?? {}, { error: issueWords })
  const unstorable = parsed.success ? unstorableText(parsed.data) : []
  if (parsed.success && unknown.length === 0 && unstorable.length === 0) return { data: parsed.data }
  return { issues: [...(parsed.error ? issuesIn(parsed.error) : []), ...unknown, ...unstorable] }
}

const TOO_DEEP: InputIssue = { path: '', message: `is nested more than ${JSON_MAX_LEVELS} levels deep` }

/** The error that names each field at fault in the input of `what`, up to a limit. */
export function invalidInput(what: string, issues: readonly InputIssue[]): AppError {
  const shown = issues.slice(0, ISSUES_MAX)
  return new AppError('invalid_input', `The input of ${what} is not valid: ${sentence(shown)}`, {
    issues: shown,
  })
}

const UNSTORABLE = 'contains a NUL character or half a surrogate pair'

/** PostgreSQL stores neither NUL nor half a surrogate pair, so such text must not reach a statement. */
function unstorableText(value: unknown, path: readonly string[] = []): InputIssue[] {
  if (typeof value === 'string') {
    if (isStorable(value)) return []
    return [{ path: path.join('.'), message: UNSTORABLE }]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, field]) =>
    isStorable(name)
      ? unstorableText(field, [...path, name])
      : [{ path: path.join('.'), message: `the name of a field ${UNSTORABLE}` }],
  )
}

/** Issues as one sentence. */
export function sentence(issues: readonly InputIssue[]): string {
  return `${issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')}.`
}
