/** Approvals as people refer to them: `A-12`. */
import { defineKind } from '../../../core/operation/kind.ts'
import { findNumbered } from '../../db/find-numbered.ts'
import { approvals } from '../tables.ts'
import { mayDecide } from './may-decide.ts'

export const approvalKind = defineKind({
  name: 'approval',
  letters: 'A',
  find: findNumbered(approvals, mayDecide),
})
