/** A gateway for the tests of projects, and short ways to fill it. */
import { expect } from 'vitest'
import type { z } from 'zod'
import type { AppError } from '../../../src/core/errors.ts'
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import type { Project } from '../../../src/domain/projects/project.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { completeTasks } from '../../../src/tools/tasks/complete-tasks.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

export interface ProjectWorld {
  readonly gateway: TestGateway
  /** The output of a call by one person. */
  run<Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    input: z.input<Input> & { confirm?: boolean },
    actor?: Partial<Actor>,
  ): Promise<z.output<Output>>
  project(input?: Partial<z.input<typeof createProject.input>>, actor?: Partial<Actor>): Promise<Project>
  /** Ids of new tasks with these titles. */
  tasks(projectId: string, titles: readonly string[]): Promise<string[]>
  complete(taskIds: readonly string[]): Promise<void>
}

/** The local person, Wednesday 2026-03-04 at nine in UTC. */
export async function openProjectWorld(): Promise<ProjectWorld> {
  const gateway = await openTestGateway()
  const run: ProjectWorld['run'] = async (operation, input, actor) => {
    const { output } = await gateway.invoke(operation, input, gateway.as(actor))
    return output
  }
  return {
    gateway,
    run,
    project: async (input = {}, actor = {}) =>
      (await run(createProject, { name: 'Kitchen', ...input }, actor)).project,
    async tasks(projectId, titles) {
      const { results } = await run(createTasks, { tasks: titles.map((title) => ({ title, projectId })) })
      return results.map((result) => {
        if (!result.ok) throw new Error(result.error.message)
        return result.task.id
      })
    },
    async complete(taskIds) {
      await run(completeTasks, { taskIds: [...taskIds] })
    },
  }
}

/** Somebody else. */
export const BOB: Partial<Actor> = { id: 'bob', personId: 'bob' }

/** What `expect(...).rejects.toMatchObject` takes for an error of ours. */
export function failure(code: AppError['code'], message?: RegExp): object {
  return message ? { code, message: expect.stringMatching(message) } : { code }
}
