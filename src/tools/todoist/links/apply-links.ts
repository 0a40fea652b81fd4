/** todoist.links.apply: compares both sides of links, and changes what differs. Workers call it as soon as one changed. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import {
  findEditableLinks,
  Link,
  LinkId,
  linkLine,
  listLinks,
  lockLink,
} from '../../../domain/todoist/links/link.ts'
import { reconcileLink } from '../../../domain/todoist/links/reconcile.ts'

export const applyLinks = defineOperation({
  name: 'todoist.links.apply',
  summary: 'Bring linked projects in step now; workers do so by themselves within seconds.',
  keywords: 'todoist sync now, push, pull',
  route: 'POST /v1/todoist/links/apply',
  input: z.object({ linkId: LinkId.optional().describe('Default: all that you may change') }),
  output: z.object({ links: z.array(Link) }),
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ linkId }, ctx) {
    for (const id of linkId === undefined ? await findEditableLinks(ctx) : [linkId])
      await reconcileLink(ctx, await lockLink(ctx, id))
    return { links: await listLinks(ctx, linkId === undefined ? {} : { linkId }) }
  },
  tell: ({ links }) => (links.length === 0 ? 'No project is linked.' : links.map(linkLine).join('\n')),
})
