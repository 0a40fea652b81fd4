/** Reads the calls that a model wrote, without trusting that their inputs are JSON or that they have ids. */
import { randomUUID } from 'node:crypto'
import { cutText } from '../../core/text/cut.ts'
import { isNestedDeeper } from '../../core/text/json.ts'

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** How many times an input may be encoded: some models encode their JSON as a JSON text again. */
const ENCODINGS_MAX = 3

/**
 * Undefined when it is not a JSON object, or is nested too deep to walk through. A model without input writes nothing,
 * or null.
 */
function parseObject(text: string, encodings = 1): Record<string, unknown> | undefined {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (value === null) return {}
    if (typeof value === 'string' && encodings < ENCODINGS_MAX) return parseObject(value, encodings + 1)
    return isRecord(value) && !isNestedDeeper(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Always an object, because providers accept nothing else back. Anything else becomes `{ invalidJson: text }`: the call
 * is refused, and the model learns what it wrote.
 */
export function readToolInput(text: string): Record<string, unknown> {
  return parseObject(text) ?? { invalidJson: text }
}

export function isWholeInput(text: string): boolean {
  return parseObject(text) !== undefined
}

/** Nine letters and digits, the only form that Mistral accepts. */
export function newCallId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 9)
}

/**
 * What templates write around a name: `functions.x:0` (Kimi), `default_api.x` (Gemini), `x<|channel|>json` (gpt-oss).
 */
const AROUND_NAME = /^(?:(?:functions|default_api|tools?|api)[.:/])?(.+?)(?:<\|.*)?(?::\d+)?$/s

/** The tool that is meant, when no tool of the written name was offered. */
export function offeredName(name: string, offered: readonly string[]): string {
  if (offered.includes(name)) return name
  const bare = AROUND_NAME.exec(name.trim())?.[1] ?? name
  return (
    offered.find((tool) => tool === bare) ??
    offered.find((tool) => tool.toLowerCase() === bare.toLowerCase()) ??
    name
  )
}

const NAME_MAX_CHARS = 64

/** A made-up tool name in a form that providers accept. */
export function writeToolName(name: string): string {
  const written = cutText(name.replaceAll(/[^a-zA-Z0-9_-]/g, '_'), NAME_MAX_CHARS)
  return written === '' ? '_' : written
}
