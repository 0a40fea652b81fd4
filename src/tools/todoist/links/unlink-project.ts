/** todoist.projects.unlink: ends a link; the caller says which tasks stay. */
import { z } from 'zod'
import { exampleId } from '../../../core/operation/ids.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { LinkId, lockLink } from '../../../domain/todoist/links/link.ts'
import { KEEPS, unlink } from '../../../domain/todoist/links/unlink.ts'

export const unlinkProject = defineOperation({
  name: 'todoist.projects.unlink',
  summary: 'End the link between a project and one of Todoist, and say which tasks stay.',
  details:
    'keep both leaves all tasks where they are. keep here deletes those at Todoist, in ten minutes; keep there puts those here in the trash. Both can be undone.',
  keywords: 'end todoist sync, disconnect',
  route: 'POST /v1/todoist/projects/unlink',
  input: z.object({ linkId: LinkId, keep: z.enum(KEEPS).describe('Where the tasks stay') }),
  output: z.object({
    linkId: z.string(),
    trashedHere: z.int(),
    deletedThere: z.int().describe('In ten minutes'),
  }),
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { linkId: exampleId('link'), keep: 'both' },
  async run({ linkId, keep }, ctx) {
    const link = await lockLink(ctx, linkId)
    return { linkId, ...(await unlink(ctx, link, keep)) }
  },
  tell: ({ linkId, trashedHere, deletedThere }) =>
    `Ended ${linkId}. Tasks in the trash here: ${trashedHere}; deleted at Todoist in ten minutes: ${deletedThere}.`,
})
