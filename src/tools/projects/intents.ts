/** What people type about projects. */
import { defineIntent } from '../../core/intent/intent.ts'
import { defineNoun } from '../../core/intent/noun.ts'
import { projectKind } from '../../domain/projects/project-kind.ts'
import { PROJECT_STATES } from '../../domain/projects/tables.ts'
import { createProject } from './create-project.ts'
import { getProject } from './get-project.ts'
import { listProjects } from './list-projects.ts'
import { reviewProjects } from './review-projects.ts'

export const projectNoun = defineNoun({
  kind: projectKind,
  word: 'project',
  finding: {
    operation: listProjects,
    input: (text) => (text === undefined ? {} : { text }),
    wider: (text) => [{ text, states: [...PROJECT_STATES] }],
    thingsIn: ({ items }) => items.map(({ ref, name }) => ({ ref, name })),
  },
})

export const projectIntents = [
  defineIntent({
    name: 'list-projects',
    order: 640,
    says: ['[show|list] [me] [my|all|the] projects'],
    example: 'projects',
    does: 'List your projects',
    isFirst: true,
    operation: listProjects,
    input: () => ({}),
  }),
  defineIntent({
    name: 'show-project-by-name',
    order: 642,
    says: ['[show|open] [the] project <project>', 'chat <project>'],
    slots: { project: projectNoun },
    example: 'project launch',
    does: 'Show a project',
    operation: getProject,
    input: ({ refs: [projectId = ''] }) => ({ projectId }),
  }),
  defineIntent({
    name: 'review-projects',
    order: 644,
    says: ['(review|audit) [my|the|all] projects', 'which projects need (attention|me)'],
    example: 'review projects',
    does: 'Show which projects need attention, and why',
    operation: reviewProjects,
    input: () => ({}),
  }),
  defineIntent({
    name: 'create-project',
    order: 646,
    says: ['(new|create|add|start) [a|new] project [called|named] <name>'],
    example: 'new project Kitchen',
    does: 'Create a project',
    operation: createProject,
    input: ({ words: { name = '' } }) => ({ name }),
    about: ({ project: { ref, name } }) => [{ ref, name }],
  }),
]
