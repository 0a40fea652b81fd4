/** Reads what a model wrote as a tool's input, without trusting that it is JSON. */
import { isNestedDeeper } from '../../core/json.ts'

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Undefined when it is no JSON object, or is nested too deep to be walked through. A model that has nothing to say writes nothing. */
function parseObject(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) && !isNestedDeeper(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Always an object, since providers take nothing else back. What is none becomes `{ invalidJson: text }`: the call is
 * refused, and the model learns what it wrote.
 */
export function readToolInput(text: string): Record<string, unknown> {
  return parseObject(text) ?? { invalidJson: text }
}

export function isWholeInput(text: string): boolean {
  return parseObject(text) !== undefined
}
