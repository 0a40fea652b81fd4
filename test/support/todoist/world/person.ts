/** A person with an account, whose phone a test can use: everything here happens as if in Todoist's own app. */

import { addProject } from '../actions/projects.ts'
import { fireReminder } from '../actions/reminders.ts'
import { accept } from '../actions/sharing.ts'
import { addWorkspace, type Workspace } from '../actions/workspaces.ts'
import { COMMANDS } from '../commands/commands.ts'
import { type PlanName, planLimits } from './plans.ts'
import type { Item, Json, Project, Section } from './wire.ts'
import type { World } from './world.ts'

export interface PersonOptions {
  readonly fullName?: string
  readonly timezone?: string
  readonly plan?: PlanName
}

export class Person {
  readonly id: string
  readonly name: string
  readonly fullName: string
  readonly email: string
  /** A personal token, which may do everything. */
  readonly token: string
  readonly inbox: Project
  readonly #world: World
  /** The number of the last change to the account itself. */
  version = 0
  timezone: string
  plan: PlanName
  joinedAt: string

  constructor(world: World, name: string, options: PersonOptions) {
    this.#world = world
    this.id = world.ids.nextUser()
    this.name = name
    this.fullName = options.fullName ?? name.replace(/^./, (first) => first.toUpperCase())
    this.email = `${name.toLowerCase()}@example.com`
    this.token = world.ids.nextToken()
    this.timezone = options.timezone ?? 'Europe/Berlin'
    this.plan = options.plan ?? 'pro'
    this.joinedAt = world.now()
    this.inbox = addProject({ world, person: this }, { name: 'Inbox', isInbox: true })
  }

  /** Does what a command of sync does, and returns the id of what it made. */
  does(type: string, args: Json): string | undefined {
    const command = COMMANDS[type]
    if (command === undefined) throw new Error(`There is no command ${type}.`)
    const made = command({ world: this.#world, person: this }, args)
    return typeof made === 'string' ? made : undefined
  }

  add(content: string, fields: Json = {}): Item {
    return this.task(this.does('item_add', { content, ...fields }) ?? '')
  }

  edit(id: string, fields: Json): void {
    this.does('item_update', { id, ...fields })
  }

  complete(id: string): void {
    this.does('item_close', { id })
  }

  uncomplete(id: string): void {
    this.does('item_uncomplete', { id })
  }

  remove(id: string): void {
    this.does('item_delete', { id })
  }

  /** Moves a task under exactly one of `project_id`, `section_id` and `parent_id`. */
  move(id: string, to: Json): void {
    this.does('item_move', { id, ...to })
  }

  addProject(name: string, fields: Json = {}): Project {
    return this.#found(this.#world.projects.get(this.does('project_add', { name, ...fields }) ?? ''))
  }

  addSection(name: string, project: Project): Section {
    return this.#found(
      this.#world.sections.get(this.does('section_add', { name, project_id: project.id }) ?? ''),
    )
  }

  fireReminder(id: string): void {
    fireReminder({ world: this.#world, person: this }, id)
  }

  /** Shares a project with people, who accept at once. */
  share(project: Project, ...others: Person[]): void {
    for (const other of others) {
      this.does('share_project', { project_id: project.id, email: other.email })
      accept({ world: this.#world, person: other }, project.id)
    }
  }

  /** A team's workspace of this person and others. */
  addWorkspace(name: string, ...members: Person[]): Workspace {
    return addWorkspace({ world: this.#world, person: this }, name, members)
  }

  /** A task in every state, also completed or deleted. */
  task(id: string): Item {
    return this.#found(this.#world.items.get(id))
  }

  /** The open tasks that the person sees, in their order. */
  tasks(): Item[] {
    return this.#world.items
      .where((item) => !item.is_deleted && !item.checked && this.#world.canSee(this, item.project_id))
      .sort((one, other) => one.child_order - other.child_order)
  }

  /** A task by its content; there has to be exactly one that is not deleted. */
  find(content: string): Item {
    const [item, ...others] = this.#world.items.where(
      (each) => each.content === content && !each.is_deleted && this.#world.canSee(this, each.project_id),
    )
    if (item === undefined || others.length > 0)
      throw new Error(`${others.length + (item ? 1 : 0)} tasks are called "${content}".`)
    return item
  }

  planLimits() {
    return planLimits(this.plan, this.#world.switches)
  }

  #found<Row>(row: Row | undefined): Row {
    if (row === undefined) throw new Error('There is no such thing.')
    return row
  }
}
