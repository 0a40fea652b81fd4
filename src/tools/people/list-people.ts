/** people.list: who is here. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { PERSON_STATES, Person, personLine, RoleName } from '../../domain/people/person.ts'
import { listPeople as listPeopleIn } from '../../domain/people/store.ts'
import { assertManagesPeople } from '../../domain/people/visible-people.ts'

const TEXT_MAX_CHARS = 100

export const listPeople = defineOperation({
  name: 'people.list',
  summary: 'List people by id: whom tasks can be given to and teams can have.',
  details: 'Guests see the people with whom they share a team or a project.',
  keywords: 'who is here, users, members, colleagues, everybody, find somebody, directory, staff',
  route: 'GET /v1/people',
  input: z.object({
    text: z.string().min(1).max(TEXT_MAX_CHARS).optional().describe('In the id or the name'),
    role: RoleName.optional(),
    state: z.enum(PERSON_STATES).default('active'),
    ...pageInput,
  }),
  output: pageOf(Person),
  scope: 'people:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { text: 'ada' },
  async run(input, ctx) {
    if (input.role !== undefined || input.state !== 'active')
      assertManagesPeople(ctx, 'may filter them by role or state', 'Leave role and state out.')
    return await listPeopleIn(ctx, input)
  },
  line: personLine,
  none: 'Nobody here.',
  table: ({ items }) => ({
    columns: ['id', 'name', 'role', 'time zone', 'mail'],
    rows: items.map(({ id, name, role, timeZone, emails }) => [
      id,
      name ?? '',
      role ?? '',
      timeZone,
      emails?.map(({ address }) => address).join(' ') ?? '',
    ]),
  }),
})
