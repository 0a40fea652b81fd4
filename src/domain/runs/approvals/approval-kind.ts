/** Approvals as people refer to them: `A-12`. */
import { type SQL, sql } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import { defineKind } from '../../../core/operation/kind.ts'
import { findNumbered } from '../../db/find-numbered.ts'
import { approvals } from '../tables.ts'

/** Approvals that the viewer may decide. The run's own person is among the approvers. */
export function mayDecide({ actor }: Pick<Context, 'actor'>): SQL {
  return sql`${approvals.approvers} @> ${JSON.stringify([actor.personId])}::jsonb`
}

export const approvalKind = defineKind({
  name: 'approval',
  letters: 'A',
  find: findNumbered(approvals, mayDecide),
})
