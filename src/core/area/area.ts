/**
 * An area is a value: its manifest lists everything that it brings, and doors, workers, settings and docs derive the
 * rest.
 */

import type { Choices } from '../form/choices.ts'
import type { Intent } from '../intent/intent.ts'
import type { Shortcut } from '../intent/shortcut.ts'
import type { Event } from '../operation/event.ts'
import type { Kind, SeenKind } from '../operation/kind.ts'
import type { Operation } from '../operation/operation.ts'
import type { ScopeSpecs } from '../operation/scopes.ts'
import type { Assistant } from './assistant.ts'
import type { Check } from './check.ts'
import type { Command } from './command.ts'
import type { Connector } from './connector.ts'
import type { Expiry } from './expiry.ts'
import type { HomeSection } from './home-section.ts'
import type { Hook } from './hook.ts'
import type { Job } from './job.ts'
import type { Limit } from './limit.ts'
import type { Letter, Message } from './message.ts'
import type { Prompt } from './prompt.ts'
import type { Setting } from './setting.ts'
import type { Sweep } from './sweep.ts'

/** What an area brings. A manifest lists values that its own files define. */
export interface Area {
  /** In snake_case: the first part of the names of its operations. */
  readonly name: string
  /**
   * The kinds of ids in the area: a `Kind` where people refer to the things by number, a `SeenKind` where not everybody
   * sees them, otherwise only the prefix.
   */
  readonly ids: readonly (Kind | SeenKind | string)[]
  readonly scopes: ScopeSpecs
  readonly operations: readonly Operation[]
  readonly prompts: readonly Prompt[]
  readonly commands: readonly Command[]
  readonly settings: readonly Setting[]
  readonly checks: readonly Check[]
  readonly jobs: readonly Job[]
  readonly sweeps: readonly Sweep[]
  readonly expires: readonly Expiry[]
  readonly limits: readonly Limit[]
  readonly hooks: readonly Hook[]
  readonly events: readonly Event[]
  readonly messages: readonly Message[]
  readonly letters: readonly Letter[]
  readonly connectors: readonly Connector[]
  readonly intents: readonly Intent[]
  readonly home: readonly HomeSection[]
  readonly shortcuts: readonly Shortcut[]
  readonly choices: readonly Choices[]
  readonly assistants: readonly Assistant[]
}

/**
 * Makes an area from its parts.
 * @throws Error at start-up for an operation that is named after another area
 */
export function defineArea(spec: Pick<Area, 'name' | 'operations'> & Partial<Area>): Area {
  for (const { name, area } of spec.operations) {
    if (area !== spec.name)
      throw new Error(`the area ${spec.name} lists ${name}, which is named after another`)
  }
  return { ...NOTHING, ...spec }
}

const NOTHING = {
  ids: [],
  scopes: {},
  prompts: [],
  commands: [],
  settings: [],
  checks: [],
  jobs: [],
  sweeps: [],
  expires: [],
  limits: [],
  hooks: [],
  events: [],
  messages: [],
  letters: [],
  connectors: [],
  intents: [],
  home: [],
  shortcuts: [],
  choices: [],
  assistants: [],
} as const satisfies Omit<Area, 'name' | 'operations'>
