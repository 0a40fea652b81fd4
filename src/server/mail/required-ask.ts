/** Whether a call needs the words that it asks its reader for. */
import type { Operation } from '../../core/operation/operation.ts'

/** `field`: one that the reader fills in. */
export function isRequired(operation: Operation | undefined, field: string): boolean {
  const schema = operation?.input.shape[field]
  return schema !== undefined && !schema.safeParse(undefined).success
}
