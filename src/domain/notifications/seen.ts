/** Which notifications `n` a person may read now, and which of those are news to them. */
import { type SQL, sql } from 'drizzle-orm'
import type { Message } from '../../core/area/message.ts'
import { grants, type Scope } from '../../core/operation/scopes.ts'
import type { Viewer } from '../access/visible-to.ts'

/** The person to whom something is sent, as a viewer. Finding out what the person sees needs no scopes. */
export function viewerOf(personId: string, scopes: readonly Scope[] = []): Viewer {
  return { actor: { kind: 'person', id: personId, personId, scopes } }
}

/** The messages whose events the viewer's scopes let them read. */
export function readableBy({ actor }: Viewer, messages: readonly Message[]): Message[] {
  return messages.filter(({ event }) => grants(actor.scopes, event.scope))
}

/** Those of these messages whose matter the viewer sees; others look as if they did not exist. */
export function seenBy(viewer: Viewer, messages: readonly Message[]): SQL {
  return byMessage(
    messages.map((message) => [message, message.isSeen(viewer)]),
    sql`false`,
  )
}

/** Those that were not read, and whose matter was not settled meanwhile. */
export function isUnread(messages: readonly Message[]): SQL {
  const open = messages.flatMap(({ isOpen, ...message }) =>
    isOpen === undefined ? [] : [[message, isOpen] as const],
  )
  return sql`(n.read_at is null and ${byMessage(open, sql`true`)})`
}

type Named = Pick<Message, 'name'>

/** The expression of the message whose event `n` is. */
export function byMessage(cases: readonly (readonly [Named, SQL])[], otherwise: SQL): SQL {
  if (cases.length === 0) return otherwise
  const whens = cases.map(([{ name }, expression]) => sql`when n.event = ${name} then ${expression}`)
  return sql`(case ${sql.join(whens, sql` `)} else ${otherwise} end)`
}
