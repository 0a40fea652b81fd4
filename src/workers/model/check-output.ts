/** Checks the answer of an agent that must give a result of a form. */
import { z } from 'zod'
import { sentence, toIssue } from '../../core/input.ts'
import type { JsonSchema } from '../../core/operation.ts'

export type CheckedOutput = { readonly output: unknown } | { readonly problem: string }

/** Models like to fence JSON. */
const FENCE = /^```(?:json)?\s*\n([\s\S]*?)\n?```$/

export function checkOutput(text: string, schema: JsonSchema): CheckedOutput {
  const trimmed = text.trim()
  let value: unknown
  try {
    value = JSON.parse(FENCE.exec(trimmed)?.[1] ?? trimmed)
  } catch {
    return { problem: 'it is no JSON.' }
  }
  const checked = z.fromJSONSchema(schema as Readonly<Record<string, unknown>>).safeParse(value)
  return checked.success ? { output: value } : { problem: sentence(checked.error.issues.map(toIssue)) }
}
