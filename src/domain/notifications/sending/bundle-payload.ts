/** What the row of a bundle holds: whom it is for, and what it tells. */
import { z } from 'zod'

export const BundleOfPerson = z.object({ personId: z.string(), ids: z.array(z.string()) })
