/** The commands of which changes of things consist. */
import { AppError } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import type { ThingChange } from './things.ts'

export function changeOf(type: string, args: JsonObject): ThingChange {
  return { type, args }
}

/** No command where no field was given. */
export function fieldChanges(type: string, id: string, fields: JsonObject): readonly ThingChange[] {
  return Object.keys(fields).length === 0 ? [] : [{ type, args: { id, ...fields } }]
}

/** `ref`: the field that names the thing. */
export function nothingGiven(ref: string): AppError {
  return new AppError('invalid_input', 'No field to change was given.', {
    fix: `Give at least one field besides ${ref}.`,
  })
}
