/** The fields that say what a schedule calls. */
import { z } from 'zod'

const NAME_MAX_CHARS = 200

export const calledOperation = z
  .string()
  .min(1)
  .max(NAME_MAX_CHARS)
  .optional()
  .describe('What is called: tasks.complete; runs.start where agent and goal are given')
export const calledInput = z.record(z.string(), z.unknown()).optional().describe('The input of the operation')
