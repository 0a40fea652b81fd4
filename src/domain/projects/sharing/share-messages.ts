/** What people are told about projects that others share with them, and the event that tells it. */
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { defineMessage } from '../../../core/area/message.ts'
import { defineEvent } from '../../../core/operation/event.ts'
import { exampleId } from '../../../core/operation/ids.ts'
import { visibleTo } from '../../access/visible-to.ts'
import { doerWords } from '../../notifications/doer.ts'
import { inPayload } from '../../notifications/sight.ts'
import { projects } from '../tables.ts'

export const projectShared = defineEvent({
  name: 'project.shared',
  version: 1,
  summary: 'A project was shared with a person, or their role in it was changed.',
  payload: z.object({
    ...{ projectId: z.string(), ref: z.string(), name: z.string(), personId: z.string(), role: z.string() },
    by: z.string().describe('Who did it: a person or a service'),
  }),
  scope: 'projects:read',
  example: {
    ...{ projectId: exampleId('project'), ref: 'P-3', name: 'Kitchen', personId: 'bob', role: 'editor' },
    by: 'ada',
  },
})

export const projectMessages = [
  defineMessage({
    event: projectShared,
    title: 'Somebody shares a project with you',
    isUrgent: false,
    text: ({ by, ref, name, role }) => `${doerWords(by)} shared ${ref} with you: ${name} (${role})`,
    actions: ({ ref }) => [{ label: 'Show', call: { operation: 'projects.get', input: { projectId: ref } } }],
    isSeen: (viewer) => sql`exists (select from ${projects} where ${projects.id} = ${inPayload('projectId')}
      and ${visibleTo(viewer, projects)})`,
  }),
]
