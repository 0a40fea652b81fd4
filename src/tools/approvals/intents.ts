/** What people type to decide on calls of agents. */
import { defineIntent } from '../../core/intent/intent.ts'
import { defineNoun, grouped, named } from '../../core/intent/noun.ts'
import { approvalKind } from '../../domain/runs/approvals/approval-kind.ts'
import { decideApproval } from './decide-approval.ts'
import { getApproval } from './get-approval.ts'
import { listApprovals } from './list-approvals.ts'

/** Nobody decides on a call that they were not shown, so even a single one is asked for. */
const approval = {
  ...named(
    defineNoun({
      kind: approvalKind,
      word: 'approval',
      finding: {
        operation: listApprovals,
        input: () => ({ state: 'pending' as const }),
        wider: () => [],
        all: (text) =>
          /^(?:all|everything|all (?:of )?(?:it|them|approvals)|both)$/i.test(text)
            ? { state: 'pending' as const }
            : undefined,
        thingsIn: ({ items }) =>
          items.map(({ ref, agent, operation, input }) => ({
            ref,
            name: `${agent} asks to call ${operation} ${JSON.stringify(input)}`,
          })),
      },
    }),
  ),
  isAsked: true,
}

export const approvalIntents = [
  defineIntent({
    name: 'list-approvals',
    order: 680,
    says: [
      '[show|list] [my|the|pending|open] approvals',
      "(what's|what is) waiting [for me]",
      "(anything|is anything|what|what's) (to approve|waiting for my approval)",
    ],
    example: 'approvals',
    does: 'List the calls of agents that wait for your approval',
    operation: listApprovals,
    input: () => ({ state: 'pending' as const }),
  }),
  defineIntent({
    name: 'approve',
    order: 682,
    says: ['(approve|allow) [<approval>]', '(approve|allow) <all>'],
    slots: { approval, all: grouped(approval) },
    example: 'approve A-12',
    does: 'Approve a call of an agent',
    operation: decideApproval,
    input: ({ refs: [approvalId = ''] }) => ({ approvalId, decision: 'approve' as const }),
  }),
  defineIntent({
    name: 'reject',
    order: 684,
    says: [
      '(deny|reject|refuse) <approval> [because|since|as] <note>',
      '(deny|reject|refuse) [<approval>]',
      '(deny|reject|refuse) <all>',
    ],
    slots: { approval, all: grouped(approval) },
    example: 'deny A-12 because it costs too much',
    does: 'Reject a call of an agent, with or without a reason',
    operation: decideApproval,
    input: ({ words: { note }, refs: [approvalId = ''] }) => ({
      ...{ approvalId, decision: 'reject' as const },
      ...(note !== undefined && { note }),
    }),
  }),
  defineIntent({
    name: 'show-approval',
    order: 686,
    says: ['[show|open] <approval>'],
    slots: { approval },
    example: 'A-12',
    does: 'Show one approval',
    operation: getApproval,
    input: ({ refs: [approvalId = ''] }) => ({ approvalId }),
  }),
]
