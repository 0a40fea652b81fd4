/** What the lists of a review take. */
import { z } from 'zod'

const ITEMS = { most: 100, usual: 20 } as const

export const reviewInput = { limit: z.int().min(1).max(ITEMS.most).default(ITEMS.usual) }
