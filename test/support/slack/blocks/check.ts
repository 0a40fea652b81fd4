/** Checks that are put together to the shape of a payload; each reports what is wrong, and where. */
import type { Json } from '../world/wire.ts'

export interface Problem {
  readonly pointer: string
  readonly message: string
}

/** Looks at a value that is there. */
export type Check = (value: unknown, pointer: string, report: (problem: Problem) => void) => void

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function string(max: number, min = 1): Check {
  return (value, pointer, report) => {
    if (typeof value !== 'string') report({ pointer, message: 'must be a valid string' })
    else if (value.length > max) report({ pointer, message: `must be less than ${max + 1} characters` })
    else if (value.length < min) report({ pointer, message: `must be more than ${min - 1} characters` })
  }
}

export const boolean: Check = (value, pointer, report) => {
  if (typeof value !== 'boolean') report({ pointer, message: 'must be a valid boolean' })
}

export const number: Check = (value, pointer, report) => {
  if (typeof value !== 'number') report({ pointer, message: 'must be a valid number' })
}

export const anything: Check = () => undefined

export function oneOf(...values: string[]): Check {
  return (value, pointer, report) => {
    if (!values.includes(value as string))
      report({ pointer, message: `must be one of: ${values.join(', ')}` })
  }
}

export function matching(pattern: RegExp, what: string): Check {
  return (value, pointer, report) => {
    if (typeof value !== 'string' || !pattern.test(value))
      report({ pointer, message: `must be a valid ${what}` })
  }
}

export function list(item: Check, size: { readonly min?: number; readonly max: number }): Check {
  return (value, pointer, report) => {
    const min = size.min ?? 1
    if (!Array.isArray(value)) return report({ pointer, message: 'must be an array' })
    if (value.length > size.max) report({ pointer, message: `no more than ${size.max} items allowed` })
    if (value.length < min) report({ pointer, message: `no less than ${min} items allowed` })
    for (const [index, each] of value.entries()) item(each, `${pointer}/${index}`, report)
  }
}

/** Fields by name; those that end in `!` are required, and others than these are refused. */
export function object(fields: Record<string, Check>): Check {
  const required = Object.keys(fields).filter((name) => name.endsWith('!'))
  const checks = new Map(Object.entries(fields).map(([name, check]) => [name.replace('!', ''), check]))
  return (value, pointer, report) => {
    if (!isObject(value)) return report({ pointer, message: 'must be an object' })
    for (const name of required) {
      const field = name.replace('!', '')
      if (value[field] === undefined) report({ pointer, message: `missing required field: ${field}` })
    }
    for (const [name, each] of Object.entries(value)) {
      const check = checks.get(name)
      if (check === undefined) report({ pointer, message: `invalid additional property: ${name}` })
      else check(each, `${pointer}/${name}`, report)
    }
  }
}

/** An object that says with its `type` which of these shapes it has. */
export function byType(shapes: () => Record<string, Check>): Check {
  return (value, pointer, report) => {
    if (!isObject(value)) return report({ pointer, message: 'must be an object' })
    const type = String(value.type)
    const shape = Object.hasOwn(shapes(), type) ? shapes()[type] : undefined
    if (shape === undefined) report({ pointer: `${pointer}/type`, message: `unsupported type: ${type}` })
    else shape(value, pointer, report)
  }
}

/** Passes where one of the checks does. */
export function anyOf(...checks: Check[]): Check {
  return (value, pointer, report) => {
    let fewest: Problem[] | undefined
    for (const check of checks) {
      const problems: Problem[] = []
      check(value, pointer, (problem) => problems.push(problem))
      if (problems.length === 0) return
      if (fewest === undefined || problems.length < fewest.length) fewest = problems
    }
    for (const problem of fewest ?? []) report(problem)
  }
}
