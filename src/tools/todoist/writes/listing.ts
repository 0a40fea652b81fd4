/** Fields that the lists of things have in common. */
import { z } from 'zod'

const TEXT_MAX_CHARS = 200

export const nameText = z.string().trim().min(1).max(TEXT_MAX_CHARS).optional().describe('In the name')

export const waitingField = z
  .boolean()
  .describe('Todoist does not have it yet; its id is that of the command which makes it')

/** The end of a line of a list. */
export function waitingWords(isWaiting: boolean): string {
  return isWaiting ? ', on its way to Todoist' : ''
}
