/** What access deletes after a while: the answers of keyed calls, audit entries, and the counts of the rate limits. */
import { defineExpiry } from '../../core/area/expiry.ts'
import { deleteOldAnswers } from '../../domain/access/answers/answer-retention.ts'
import { deleteOldEntries } from '../../domain/access/audit-retention.ts'
import { deleteOldCounts } from '../../domain/access/rate-limit-retention.ts'
import { auditDays, auditEntries } from './settings.ts'

export const accessExpiries = [
  defineExpiry({ name: 'answers', deletePast: ({ db }, now) => deleteOldAnswers(db, now) }),
  defineExpiry({
    name: 'auditEntries',
    deletePast: ({ db, settings }, now) =>
      deleteOldEntries(
        db,
        { days: settings.of(auditDays), entriesPerPerson: settings.of(auditEntries) },
        now,
      ),
  }),
  defineExpiry({ name: 'rateLimits', deletePast: ({ db }, now) => deleteOldCounts(db, now) }),
]
