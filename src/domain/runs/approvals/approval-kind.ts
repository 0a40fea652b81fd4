/** Approvals as people refer to them: `A-12`. */
import { defineKind } from '../../../core/operation/kind.ts'
import { numbered } from '../../access/numbered.ts'
import { approvals } from '../tables.ts'
import { mayRead } from './may-decide.ts'

export const approvalKind = defineKind({
  name: 'approval',
  letters: 'A',
  ...numbered(approvals, mayRead),
})
