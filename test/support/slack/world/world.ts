/** Everything that the stand-in knows, and the way in which what happens leaves it. */
import type { Clock } from '../clock.ts'
import { App, type AppOptions } from './app.ts'
import type { Channel } from './channel.ts'
import type { StoredFile } from './files.ts'
import { Ids } from './ids.ts'
import type { Session } from './sessions.ts'
import type { User } from './user.ts'
import type { Json, View } from './wire.ts'
import { type Enterprise, Workspace, type WorkspaceOptions } from './workspace.ts'

/** What an app answered to a click, a form or a command. */
export interface Answer {
  /** Whether it answered in time, and with success. */
  readonly isOk: boolean
  readonly body?: Json | undefined
}

/** How what happens reaches the app. */
export interface Deliveries {
  event(workspace: Workspace, event: Json, channel?: Channel): void
  interaction(workspace: Workspace, payload: Json): Promise<Answer>
  /** What the app answers at once is shown where the command was typed. */
  command(target: ResponseTarget, form: Record<string, string>): Promise<Answer>
  triggerId(user: User): string
  responseUrl(target: ResponseTarget): string
  /** Shows a view that came with the answer to a submission, in place of another one or on top. */
  responseView(user: User, view: Json, inPlaceOf: View | undefined): void
}

/** Whom and what a `response_url` answers. */
export interface ResponseTarget {
  readonly user: User
  readonly channel: Channel
  /** The message whose button was pressed; absent for a slash command. */
  readonly messageTs?: string
  readonly threadTs?: string
}

export class World {
  readonly clock: Clock
  readonly ids: Ids
  readonly app: App
  readonly workspaces: Workspace[] = []
  readonly channels = new Map<string, Channel>()
  readonly users = new Map<string, User>()
  readonly files = new Map<string, StoredFile>()
  readonly sessions = new Map<string, Session>()
  /** Cards of links in messages that are being typed, by the id of their preview. */
  readonly previews = new Map<string, Json>()
  /** Where the stand-in answers; known once it listens. */
  url = ''
  deliveries: Deliveries | undefined
  readonly #watchers = new Set<() => void>()

  constructor(clock: Clock, app: AppOptions) {
    this.clock = clock
    this.ids = new Ids(clock)
    this.app = new App(this.ids.next('A'), app)
  }

  workspace(name: string, options: WorkspaceOptions = {}): Workspace {
    const workspace = new Workspace(this, name, options)
    this.workspaces.push(workspace)
    if (options.isInstalled ?? true) this.app.installIn(workspace)
    return workspace
  }

  enterprise(name: string): Enterprise {
    return { id: this.ids.next('E'), name }
  }

  get out(): Deliveries {
    if (this.deliveries === undefined) throw new Error('The stand-in has not started.')
    return this.deliveries
  }

  /** Calls `watcher` after each change, until the returned function is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  changed(): void {
    for (const watcher of [...this.#watchers]) watcher()
  }

  /** What `find` gives, as soon as it gives something that is neither false nor empty. */
  until<T>(find: () => T | undefined | null | false): Promise<T> {
    return new Promise((resolve, reject) => {
      let stop = () => undefined as unknown
      const look = () => {
        try {
          const found = find()
          if (found === undefined || found === null || found === false) return
          resolve(found)
        } catch (error) {
          reject(error)
        }
        stop()
      }
      stop = this.watch(look)
      look()
    })
  }
}
