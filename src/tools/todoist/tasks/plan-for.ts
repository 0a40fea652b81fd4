/** The plan for a task that exists, or is about to. */
import type { NewCommand } from '../../../domain/todoist/commands/add-commands.ts'
import type { Target } from '../../../domain/todoist/tasks/read-items.ts'
import type { Plan } from './written.ts'

type Change = Pick<NewCommand, 'type' | 'args' | 'notBefore' | 'snapshot'>

export function planFor({ accountId, spaceId, id, title, item }: Target, changes: readonly Change[]): Plan {
  return {
    taskId: item === undefined ? null : id,
    content: title,
    commands: changes.map((change) => ({ ...change, accountId, spaceId, title, subjectId: id })),
  }
}
