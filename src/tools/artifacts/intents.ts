/** What people type about the files that agents make. */
import { defineIntent } from '../../core/intent/intent.ts'
import { defineNoun, named } from '../../core/intent/noun.ts'
import { runKind } from '../../domain/runs/run-kind.ts'
import { listRuns } from '../runs/list-runs.ts'
import { listArtifacts } from './list-artifacts.ts'

/** Without words for one, the run that was begun last. */
const run = named(
  defineNoun({
    kind: runKind,
    word: 'run',
    finding: {
      operation: listRuns,
      input: () => ({ limit: 1 }),
      wider: () => [],
      thingsIn: ({ items }) => items.map(({ ref, agent, goal }) => ({ ref, name: `${agent}: ${goal}` })),
    },
  }),
)

const FILES = '(file|files|artifact|artifacts|attachment|attachments)'

export const artifactIntents = [
  defineIntent({
    name: 'list-files',
    order: 674,
    says: [`[show|list] [me] [the|my|all] ${FILES} [(of|from|by) <run>]`, `${FILES} <run>`],
    slots: { run },
    example: 'files R-12',
    does: 'List the files that a run made',
    operation: listArtifacts,
    input: ({ refs: [runId = ''] }) => ({ runId }),
    offers: ({ items }, { refs: [ref] }) =>
      items.length === 0 || ref === undefined ? [] : [{ label: 'Send them', say: `send files of ${ref}` }],
  }),
  defineIntent({
    name: 'send-files',
    order: 676,
    says: [
      `(send|give|upload|share) [me] [the|that|those|this|these|its|my|all] ${FILES} [(of|from|by) <run>]`,
    ],
    slots: { run },
    example: 'send files of R-12',
    does: 'Send the files that a run made',
    operation: listArtifacts,
    input: ({ refs: [runId = ''] }) => ({ runId }),
    sends: ({ items }) => items,
  }),
]
