/** Whether a call needs the words that it asks its reader for. */
import type { Description } from './description.ts'

/** `field`: one that the reader fills in. */
export function isRequired(operation: Pick<Description, 'input'> | undefined, field: string): boolean {
  const schema = operation?.input.shape[field]
  return schema !== undefined && !schema.safeParse(undefined).success
}
