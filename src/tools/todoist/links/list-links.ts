/** todoist.links.list: the projects that are kept in step with Todoist. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { Link, linkLine, listLinks as readLinks } from '../../../domain/todoist/links/link.ts'

export const listLinks = defineOperation({
  name: 'todoist.links.list',
  summary: 'List the projects that are linked to Todoist, and how each link stands.',
  keywords: 'todoist sync, linked projects, two-way',
  route: 'GET /v1/todoist/links',
  input: z.object({}),
  output: z.object({ links: z.array(Link) }),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  run: async (_input, ctx) => ({ links: await readLinks(ctx) }),
  tell: ({ links }) => (links.length === 0 ? 'No project is linked.' : links.map(linkLine).join('\n')),
})
