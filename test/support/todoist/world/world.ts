/** Everything that Todoist keeps: people, their things, and what happened. */
import { type Clock, systemClock } from '../../slack/clock.ts'
import type { Workspace } from '../actions/workspaces.ts'
import type { Reading } from '../due/due.ts'
import { DOCUMENTED, type Switches } from '../switches.ts'
import { Files } from './files.ts'
import { Ids } from './ids.ts'
import { Person, type PersonOptions } from './person.ts'
import { PLANS } from './plans.ts'
import { Table } from './table.ts'
import type { Filter, Item, Json, Label, Note, Project, Reminder, Section } from './wire.ts'

/** What happened to a thing, for webhooks, the activity log and tests. */
export interface Happening {
  readonly version: number
  readonly atMs: number
  readonly by: Person
  /** `item:completed`, `note:added`. */
  readonly name: string
  readonly object: Json & { id: string }
  readonly old?: Json | undefined
  readonly intent?: string | undefined
}

/** Someone's place in a shared project. */
export interface Membership {
  readonly id: string
  readonly user_id: string
  readonly project_id: string
  state: 'active' | 'invited'
  is_deleted: boolean
}

/** Something that someone no longer sees. */
interface Gone {
  readonly kind: 'items' | 'sections' | 'projects'
  readonly row: Item | Section | Project
}

/** An action and the person who takes it, on a phone or through an app. */
export interface Acting {
  readonly world: World
  readonly person: Person
}

export class World {
  readonly clock: Clock
  readonly switches: Switches = { ...DOCUMENTED }
  readonly ids = new Ids()
  readonly files = new Files(this)
  /** Where the stand-in listens. */
  url = ''
  readonly people: Person[] = []
  readonly happenings: Happening[] = []
  readonly losses: (Gone & { readonly version: number; readonly personId: string })[] = []
  readonly workspaces: Workspace[] = []
  /** Long operations that are still under way. */
  readonly pending: (() => void)[] = []
  /** Tasks whose due string was read by quick add, which reads `starting` right. */
  readonly quickAdded = new Set<string>()
  #version = 0
  #listeners: ((happening: Happening) => void)[] = []

  readonly items = this.#table<Item>()
  readonly projects = this.#table<Project>()
  readonly sections = this.#table<Section>()
  readonly labels = this.#table<Label>()
  readonly filters = this.#table<Filter>()
  readonly notes = this.#table<Note>()
  readonly reminders = this.#table<Reminder>()
  readonly memberships = this.#table<Membership>()

  constructor(clock: Clock = systemClock) {
    this.clock = clock
  }

  #table<Row extends { id: string }>(): Table<Row> {
    return new Table<Row>(() => {
      this.#version += 1
      return this.#version
    })
  }

  /** Whether an operation that may take long does; the faults decide. */
  takesLong: () => boolean = () => false

  finishOperations(): void {
    for (const act of this.pending.splice(0)) act()
  }

  get version(): number {
    return this.#version
  }

  person(name: string, options: PersonOptions = {}): Person {
    const person = new Person(this, name, options)
    this.people.push(person)
    return person
  }

  /** The present moment as the wire writes it. */
  now(): string {
    return new Date(this.clock.now())
      .toISOString()
      .replace(/\d{3}Z$/, (millis) => `${millis.slice(0, 3)}000Z`)
  }

  readingFor({ timezone }: Person): Reading {
    return { nowMs: this.clock.now(), zone: timezone }
  }

  /** People who see a project: its owner, and those with whom it is shared. */
  membersOf(projectId: string): Set<string> {
    const owner = this.projects.get(projectId)?.creator_uid
    const others = this.memberships.where(
      (each) => each.project_id === projectId && !each.is_deleted && each.state === 'active',
    )
    return new Set([...(owner === undefined ? [] : [owner]), ...others.map(({ user_id }) => user_id)])
  }

  canSee(person: Person, projectId: string | null | undefined): boolean {
    return typeof projectId === 'string' && this.membersOf(projectId).has(person.id)
  }

  /** Notes that people no longer see things, which a partial sync tells them as deletions. */
  lose(people: readonly Person[], gone: readonly Gone[]): void {
    this.#version += 1
    for (const { id } of people)
      this.losses.push(...gone.map((each) => ({ ...each, version: this.#version, personId: id })))
  }

  /** What a person lost since a change, of one kind, and does not see again. */
  lossesOf(person: Person, kind: Gone['kind'], since: number): Json[] {
    return this.losses
      .filter((loss) => loss.personId === person.id && loss.kind === kind && loss.version > since)
      .map(({ row }) => row)
      .filter((row) => !this.canSee(person, 'project_id' in row ? row.project_id : row.id))
      .map((row) => ({ ...row, is_deleted: true }))
  }

  planOf({ plan }: Person) {
    return PLANS[plan]
  }

  onHappening(listener: (happening: Happening) => void): void {
    this.#listeners.push(listener)
  }

  happened({ person }: Acting, name: string, about: Pick<Happening, 'object' | 'old' | 'intent'>): void {
    const happening = {
      version: this.#version,
      atMs: this.clock.now(),
      by: person,
      name,
      ...about,
      object: structuredClone(about.object),
    }
    this.happenings.push(happening)
    for (const listener of this.#listeners) listener(happening)
  }
}
