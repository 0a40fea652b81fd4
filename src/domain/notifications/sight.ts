/** Who may still read a message: its text is gone with the right to see what it is about. */
import { type SQL, sql } from 'drizzle-orm'
import type { Viewer } from '../access/visible-to.ts'

declare module '../../core/area/message.ts' {
  interface MessageSight {
    /**
     * A condition over the row `n` of the notifications of the viewer: that they may read it now, seeing what it is
     * about. The row is theirs in any case.
     */
    isSeen(viewer: Viewer): SQL
    /** A condition over `n`: that there is still something to do about it. Absent: a message that is only to be read. */
    readonly isOpen?: SQL
    /**
     * An expression over `n`, which the viewer sees: a JSON list of what the message says besides its text, or null. It is
     * read whenever the message is shown and stored nowhere, so that nothing stays once the right to read it is lost.
     * A text is shown as it is, anything else as JSON, and null is left out. Absent: the text says all.
     */
    details?(viewer: Viewer): SQL
    /**
     * An expression over `n`, whose matter is no longer open: how it ended, as the JSON of an `Ended`. Channels that can
     * change what they sent say so wherever they showed the message.
     */
    readonly ended?: SQL
  }
}

/** The id that the payload of `n` has in a field. */
export function inPayload(field: string): SQL {
  return sql`(n.payload ->> ${sql.raw(`'${field}'`)})`
}

/** Of a message about the person's own affairs, which an agent of a team does not see. */
export function isOwnAffair({ actor: { personId, within } }: Viewer): SQL {
  return within === undefined || within === personId ? sql`true` : sql`false`
}
