/** The sync endpoint: does the commands in order, then tells what is new. */
import { ApiError, invalid, missing } from '../api-error.ts'
import type { Operation } from '../commands/command.ts'
import { COMMANDS } from '../commands/commands.ts'
import type { Faults } from '../faults.ts'
import type { Person } from '../world/person.ts'
import type { Json } from '../world/wire.ts'
import type { Acting, World } from '../world/world.ts'
import { RESOURCES } from './read.ts'
import { type Access, assertCommandScope } from './scopes.ts'

const MAX_COMMANDS = 100

interface CommandInput {
  readonly type: string
  readonly uuid: string
  readonly temp_id?: string | undefined
  readonly args: Json
}

interface Done {
  readonly status: 'ok' | Operation
  readonly tempId: string | undefined
  readonly id: string | undefined
}

interface Snapshot {
  readonly version: number
  readonly takenAt: string
  readonly resources: Json
}

export interface SyncBody {
  readonly syncToken: string | undefined
  readonly resourceTypes: readonly string[]
  readonly commands: readonly CommandInput[]
}

/** Whether an answer to this body counts as a full sync. */
export function isFull({ syncToken, resourceTypes }: SyncBody): boolean {
  return resourceTypes.length > 0 && (syncToken === undefined || syncToken === '*')
}

export class Syncs {
  readonly #world: World
  readonly #faults: Faults
  readonly #seen = new Map<string, Done>()
  readonly #held = new Map<Person, Snapshot>()
  #generation = 1

  constructor(world: World, faults: Faults) {
    this.#world = world
    this.#faults = faults
  }

  /** Todoist forgets every token that it gave out so far. */
  expireTokens(): void {
    this.#generation += 1
  }

  /** Full syncs tell of this moment from now on, as those of big accounts do, until `releaseFullSync`. */
  holdFullSync(): void {
    for (const person of this.#world.people) this.#held.set(person, this.#snapshot(person))
  }

  releaseFullSync(): void {
    this.#held.clear()
  }

  answer(access: Access, body: SyncBody): Json {
    const { person } = access
    const asked = body.resourceTypes.length > 0
    const since = asked ? this.#versionIn(person, body.syncToken) : undefined
    const { statuses, ids } = this.#run(access, body.commands)
    const result: Json = { temp_id_mapping: ids, ...(body.commands.length > 0 && { sync_status: statuses }) }
    if (!asked) return { ...result, full_sync: false, sync_token: this.tokenFor(person) }
    if (since === undefined) return { ...result, ...this.#full(person, body.resourceTypes) }
    const isLagging = this.#faults.takeLag()
    const resources = this.#read(person, body.resourceTypes, isLagging ? this.#world.version : since)
    const token = isLagging ? body.syncToken : this.tokenFor(person)
    return { ...result, full_sync: false, sync_token: token, ...resources }
  }

  tokenFor(person: Person, version = this.#world.version): string {
    return Buffer.from(`${this.#generation}:${person.id}:${version}`).toString('base64url')
  }

  #versionIn(person: Person, token: string | undefined): number | undefined {
    if (token === undefined || token === '*') return undefined
    const [generation, owner, version] = Buffer.from(token, 'base64url').toString().split(':')
    if (generation === String(this.#generation) && owner === person.id) return Number(version)
    if (this.#world.switches.unknownSyncToken === 'full-sync') return undefined
    throw new ApiError(400, { message: 'Sync token is invalid', code: 34, tag: 'INVALID_SYNC_TOKEN' })
  }

  #full(person: Person, types: readonly string[]): Json {
    const { version, takenAt, resources } = this.#held.get(person) ?? this.#snapshot(person)
    const wanted = wantedTypes(types)
    return {
      full_sync: true,
      full_sync_date_utc: takenAt,
      sync_token: this.tokenFor(person, version),
      ...Object.fromEntries(Object.entries(resources).filter(([type]) => wanted.has(type))),
    }
  }

  #snapshot(person: Person): Snapshot {
    const resources = structuredClone(this.#read(person, ['all'], undefined))
    return { version: this.#world.version, takenAt: this.#world.now(), resources }
  }

  #read(person: Person, types: readonly string[], since: number | undefined): Json {
    const entries = [...wantedTypes(types)].map(
      (type) => [type, RESOURCES[type]?.({ world: this.#world, person, since })] as const,
    )
    return Object.fromEntries(entries.filter(([, rows]) => rows !== undefined))
  }

  #run(access: Access, commands: readonly CommandInput[]) {
    const statuses: Json = {}
    const ids: Record<string, string> = {}
    const known: Record<string, string> = {}
    for (const command of commands) {
      const before = this.#seen.get(`${access.person.id} ${command.uuid}`)
      try {
        const { status, tempId, id } = before ?? this.#do(access, command, known)
        statuses[command.uuid] = status
        if (tempId === undefined || id === undefined) continue
        known[tempId] = id
        if (before === undefined || this.#world.switches.seenCommandIds === 'repeated') ids[tempId] = id
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        statuses[command.uuid] = error.body
      }
    }
    return { statuses, ids }
  }

  #do(access: Access, { type, uuid, temp_id, args }: CommandInput, ids: Record<string, string>): Done {
    const failure = this.#faults.takeCommand(type)
    if (failure !== undefined) throw failure
    const run = COMMANDS[type]
    if (run === undefined)
      throw new ApiError(400, {
        message: 'Invalid command',
        code: 36,
        tag: 'INVALID_COMMAND',
        extra: { type },
      })
    assertCommandScope(access, type)
    const acting: Acting = { world: this.#world, person: access.person }
    const made = run(acting, resolved(args, ids) as Json)
    const done: Done =
      typeof made === 'object'
        ? { status: made, tempId: undefined, id: undefined }
        : { status: 'ok', tempId: temp_id, id: made }
    this.#seen.set(`${access.person.id} ${uuid}`, done)
    return done
  }
}

/** `args` with the ids in place of the temporary ones that the batch has given out so far. */
function resolved(value: unknown, ids: Record<string, string>): unknown {
  if (typeof value === 'string') return ids[value] ?? value
  if (Array.isArray(value)) return value.map((each) => resolved(each, ids))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [ids[key] ?? key, resolved(each, ids)]),
  )
}

function wantedTypes(types: readonly string[]): Set<string> {
  const named = types.includes('all') ? Object.keys(RESOURCES) : types.filter((type) => !type.startsWith('-'))
  const excluded = new Set(types.filter((type) => type.startsWith('-')).map((type) => type.slice(1)))
  return new Set(named.filter((type) => type in RESOURCES && !excluded.has(type)))
}

/** Reads JSON, and forms whose lists are JSON in a string. */
export function readSyncBody(body: Json): SyncBody {
  const commands = listIn(body, 'commands') as unknown as CommandInput[]
  if (commands.length > MAX_COMMANDS) invalid('commands', `at most ${MAX_COMMANDS}`)
  for (const command of commands) {
    if (typeof command?.uuid !== 'string') missing('uuid')
    if (typeof command.type !== 'string') missing('type')
    if (typeof command.args !== 'object' || command.args === null) missing('args')
  }
  const resourceTypes = listIn(body, 'resource_types') as string[]
  if (commands.length === 0 && resourceTypes.length === 0) missing('resource_types')
  return { syncToken: body.sync_token as string | undefined, resourceTypes, commands }
}

function listIn(body: Json, name: string): unknown[] {
  const value = body[name]
  if (value === undefined || value === null || value === '') return []
  const list = typeof value === 'string' ? parse(value, name) : value
  return Array.isArray(list) ? list : invalid(name, 'a list')
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return invalid(name, 'JSON')
  }
}
