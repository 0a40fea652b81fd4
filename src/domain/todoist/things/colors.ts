/** The colors that Todoist has for projects, labels and filters, as its API names them. */
import { z } from 'zod'

export const Color = z.enum([
  ...(['berry_red', 'red', 'orange', 'yellow', 'olive_green', 'lime_green', 'green', 'mint_green'] as const),
  ...(['teal', 'sky_blue', 'light_blue', 'blue', 'grape', 'violet', 'lavender', 'magenta'] as const),
  ...(['salmon', 'charcoal', 'grey', 'taupe'] as const),
])
