/** What people type about projects. */
import { defineIntent } from '../../core/intent/intent.ts'
import { defineNoun, numbered } from '../../core/intent/noun.ts'
import { projectKind } from '../../domain/projects/project-kind.ts'
import { PROJECT_STATES } from '../../domain/projects/tables.ts'
import { archiveProject } from './archive-project.ts'
import { createProject } from './create-project.ts'
import { getProject } from './get-project.ts'
import { listProjects } from './list-projects.ts'
import { reviewProjects } from './review-projects.ts'
import { updateProject } from './update-project.ts'

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

/** The states that people put projects into. */
const STATES_SAID = [
  {
    name: 'complete-project',
    order: 651,
    verbs: 'complete|finish|done with',
    state: 'completed',
    does: 'Mark a project as completed',
  },
  { name: 'pause-project', order: 652, verbs: 'pause|hold', state: 'paused', does: 'Pause a project' },
  {
    name: 'resume-project',
    order: 653,
    verbs: 'resume|reopen|unarchive|restore|reactivate',
    state: 'active',
    does: 'Take up a project again',
  },
] as const

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
    says: ['(new|create|add|start|make) [me] [a|new|the] project [called|named|for] [the] <name>'],
    example: 'new project Kitchen',
    does: 'Create a project',
    operation: createProject,
    input: ({ words: { name = '' } }) => ({ name }),
    about: ({ project: { ref, name } }) => [{ ref, name }],
  }),
  defineIntent({
    name: 'archive-project',
    order: 648,
    says: [
      '(archive|delete|remove|close|trash) [the|my] project <project>',
      '(archive|delete|remove|close|trash) [the|my] <project> project',
      'archive <project>',
      '(delete|remove|close|trash) <ref>',
    ],
    slots: { project: projectNoun, ref: numbered(projectNoun) },
    example: 'archive project launch',
    does: 'Archive a project; its tasks stay',
    operation: archiveProject,
    input: ({ refs: [projectId = ''] }) => ({ projectId }),
    asks: ({ project: { ref } }) => ({
      text: `Projects are not deleted: its tasks stay, and "resume project ${ref}" brings it back.`,
      answers: [],
    }),
  }),
  defineIntent({
    name: 'rename-project',
    order: 649,
    says: [
      'rename [the|my] project <project> (to|as|into) <name>',
      'rename [the|my] <project> project (to|as|into) <name>',
      'rename <ref> (to|as|into) <name>',
    ],
    slots: { project: projectNoun, ref: numbered(projectNoun) },
    example: 'rename project launch to Liftoff',
    does: 'Rename a project',
    operation: updateProject,
    input: ({ words: { name = '' }, refs: [projectId = ''] }) => ({ projectId, name }),
  }),
  ...STATES_SAID.map(({ name, order, verbs, state, does }) =>
    defineIntent({
      name,
      order,
      says: [
        `(${verbs}) [the|my] project <project>`,
        `(${verbs}) [the|my] <project> project`,
        `(${verbs}) <ref>`,
      ],
      slots: { project: projectNoun, ref: numbered(projectNoun) },
      example: `${verbs.split('|')[0]} project launch`,
      does,
      operation: updateProject,
      input: ({ refs: [projectId = ''] }) => ({ projectId, state }),
    }),
  ),
  defineIntent({
    name: 'show-project-named',
    order: 928,
    says: ['(show|open) [me] [the|my] <project>', '(status|progress) (of|on) [the|my] <project>'],
    slots: { project: projectNoun },
    mayBeNew: 'unless-found',
    example: 'show launch',
    operation: getProject,
    input: ({ refs: [projectId = ''] }) => ({ projectId }),
  }),
]
