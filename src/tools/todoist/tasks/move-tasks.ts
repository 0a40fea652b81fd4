/** todoist.tasks.move: tasks go to another project, section or parent, with all that is below them. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { findProject, findSection } from '../../../domain/todoist/names.ts'
import { findTargets } from '../../../domain/todoist/refs/find-targets.ts'
import { taskIdOf } from '../../../domain/todoist/refs/task-ids.ts'
import { changingFor } from '../../../domain/todoist/tasks/changing-for.ts'
import { Name, type Planning } from '../../../domain/todoist/tasks/plan-task.ts'
import type { Target } from '../../../domain/todoist/tasks/read-items.ts'
import { TaskRef } from '../../../domain/todoist/tasks/task.ts'
import { type Change, changeInput, writeEach } from './change-each.ts'
import { settleResults, tellWritten, WriteOutput } from './written.ts'

const place = {
  project: Name.optional().describe('Name or id'),
  section: Name.optional().describe('Name or id; in project where that is given as well'),
  parentId: TaskRef.optional(),
}
type Place = { [Field in keyof typeof place]: string | undefined }

export const moveTasks = defineOperation({
  name: 'todoist.tasks.move',
  summary: 'Move Todoist tasks to another project, section or parent task.',
  route: 'POST /v1/todoist/tasks/move',
  input: z.object({ ...changeInput, ...place }),
  output: WriteOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { taskIds: ['6XGgm6PHrGgMpCFX'], project: 'Home' },
  async run({ taskIds, accountId, dryRun, project, section, parentId }, ctx) {
    assertOnePlace({ project, section, parentId })
    const parent = parentId === undefined ? undefined : await taskIdOf(ctx, parentId, accountId)
    const to = { project, section, parentId: parent }
    const targets = await findTargets(ctx, { refs: taskIds, accountId })
    const changing = await changingFor(ctx, targets)
    return await writeEach(ctx, { targets, dryRun }, (target) => {
      const known = changing.get(target.accountId)
      if (known === undefined) throw new Error(`the account ${target.accountId} is not known`)
      return movesTo(target, to, known)
    })
  },
  settle: async (_input, ctx, answer) => await settleResults(ctx, answer),
  tell: (answer) => tellWritten(answer, 'Moved', 'Not moved'),
})

/** Todoist takes exactly one place. */
function assertOnePlace({ project, section, parentId }: Place): void {
  const isUnder = parentId !== undefined
  const isIn = project !== undefined || section !== undefined
  if (isUnder !== isIn) return
  throw new AppError('invalid_input', 'A task moves to one place.', {
    fix: 'Give project, or section, or parentId.',
  })
}

/** A task that is there already is left alone: Todoist would put it last. */
function movesTo({ id, item }: Target, to: Place, { names }: Planning): readonly Change[] {
  if (to.parentId !== undefined) {
    return item?.parentId === to.parentId ? [] : [moveOf({ id, parent_id: to.parentId })]
  }
  const project = to.project === undefined ? undefined : findProject(names, to.project)
  if (to.section !== undefined) {
    const section = findSection(names, to.section, project?.id)
    return item?.sectionId === section.id ? [] : [moveOf({ id, section_id: section.id })]
  }
  const isThere = item?.projectId === project?.id && item?.sectionId === null && item.parentId === null
  return isThere ? [] : [moveOf({ id, project_id: project?.id })]
}

function moveOf(args: Change['args']): Change {
  return { type: 'item_move', args }
}
