/** Two people with tasks that each gave to the other, linked in every direction to what each keeps for themselves. */
import { sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { newId } from '../../../src/core/operation/ids.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { addMilestone } from '../../../src/tools/projects/add-milestone.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { createTemplate } from '../../../src/tools/projects/templates/create-template.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { deleteTasks } from '../../../src/tools/tasks/delete-tasks.ts'
import type { TestGateway } from '../../support/world/database.ts'

export interface Person {
  readonly id: string
  /** The person, and an agent that acts for them. */
  readonly actors: readonly Actor[]
}

export function personAndAgent(id: string): Person {
  const as = { personId: id, scopes: ['admin'] } as const
  return {
    id,
    actors: [
      { ...as, kind: 'person', id },
      { ...as, kind: 'agent', id: newId('run') },
    ],
  }
}

/** What stands in every text that a person keeps for themselves. */
export const secretOf = ({ id }: Person): string => `secret-of-${id}`

/** What a person keeps for themselves, and the one task they gave away. */
export interface Things {
  readonly given: string
  /** Below the given task, in front of it, behind it, above it, and one in the trash. */
  readonly tasks: readonly string[]
  readonly project: string
  readonly milestone: string
  readonly template: string
}

type Draft = z.input<typeof createTasks.input>['tasks'][number]

/** Makes a person's things: a task for `other`, with links from it and to it that lead to what is secret. */
export async function makeThings(gateway: TestGateway, owner: Person, other: Person): Promise<Things> {
  const run = async <Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    input: z.input<Input>,
  ) => (await gateway.invoke(operation, input, gateway.as(owner.actors[0]))).output
  const create = async (draft: Partial<Draft>): Promise<string> => {
    const texts = { notes: secretOf(owner), labels: [secretOf(owner)], source: secretOf(owner) }
    const task = { title: `${secretOf(owner)} task`, ...texts, ...draft }
    const [result] = (await run(createTasks, { tasks: [task] })).results
    if (!result?.ok) throw new Error(result?.error.message)
    return result.task.id
  }
  const { project } = await run(createProject, { name: secretOf(owner), outcome: secretOf(owner) })
  const { milestone } = await run(addMilestone, { projectId: project.id, title: secretOf(owner) })
  const template = await run(createTemplate, {
    name: secretOf(owner),
    description: secretOf(owner),
    tasks: [{ title: secretOf(owner) }],
  })
  const above = await create({ projectId: project.id })
  const first = await create({ due: '2026-03-01' })
  const given = await create({
    ...{ title: `For ${other.id}`, notes: null, labels: [], source: 'given' },
    ...{ assignee: other.id, projectId: project.id, parentId: above, dependsOn: [first] },
    ...{ repeat: 'every day', due: '2026-03-04' },
  })
  const below = await create({ parentId: given })
  const behind = await create({ dependsOn: [given], priority: 1 })
  const trashed = await create({ parentId: given })
  await run(deleteTasks, { taskIds: [trashed] })
  return {
    given,
    tasks: [above, first, below, behind, trashed],
    project: project.id,
    milestone: milestone.id,
    template: template.id,
  }
}

/** Links of the other person's own tasks to the task that they were given. */
export async function linkToGiven(gateway: TestGateway, holder: Person, given: string): Promise<string[]> {
  const title = `${secretOf(holder)} beside what was given`
  const tasks = [
    { title, parentId: given },
    { title, dependsOn: [given] },
  ]
  const { output } = await gateway.invoke(createTasks, { tasks }, gateway.as(holder.actors[0]))
  return output.results.map((result) => {
    if (!result.ok) throw new Error(result.error.message)
    return result.task.id
  })
}

/** Every row of what a person keeps for themselves; of a task given away and of a project, what only its owner changes. */
export async function ownRows({ db }: TestGateway, { id }: Person, { given }: Things): Promise<string[]> {
  const rows = await db.execute<{ row: unknown }>(sql`
    select to_jsonb(t) as row from tasks t where person_id = ${id} and assignee_id is null
    union all select jsonb_build_array(id, person_id, project_id, parent_id, trashed_at)
      from tasks where id = ${given}
    union all select to_jsonb(d) from task_dependencies d join tasks t on t.id = d.task_id where person_id = ${id}
    union all select to_jsonb(p) - 'momentum' - 'momentum_on' from projects p where person_id = ${id}
    union all select to_jsonb(m) from milestones m join projects p on p.id = m.project_id where person_id = ${id}
    union all select to_jsonb(x) from project_templates x where person_id = ${id}`)
  return rows.map(({ row }) => JSON.stringify(row)).sort()
}
