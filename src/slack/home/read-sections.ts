/** What the home of a person shows: the sections of all areas, in their order. */
import { answerOf } from '../../chat/answer.ts'
import type { HomeSection } from '../../core/area/home-section.ts'
import type { Invoke } from '../../core/call/call.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError } from '../../core/errors.ts'
import type { Control } from '../../core/form/control.ts'
import type { Actor } from '../../core/operation/actor.ts'
import { mayCall } from '../../core/operation/catalog.ts'
import type { Reader } from '../../core/operation/description.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { readRecipient } from '../../domain/notifications/recipient.ts'
import type { NamedAction } from '../../domain/slack/shown/actions.ts'
import { readerIn } from '../render/reader.ts'

export interface HomeParts {
  readonly runtime: Runtime
  readonly invoke: Invoke
  readonly sections: readonly HomeSection[]
}

export interface ReadSection {
  readonly title: string
  /** One for each item of a list. */
  readonly lines: readonly string[]
  /** Shown in place of lines, where there are no lines. */
  readonly text: string
  readonly actions: readonly Omit<NamedAction, 'id'>[]
  readonly controls: readonly Control[]
}

export async function readSections(parts: HomeParts, actor: Actor): Promise<ReadSection[]> {
  const { timeZone } = await readRecipient(parts.runtime.resources, actor.personId)
  const shown = parts.sections
    .filter(({ operation }) => mayCall(operation, actor, { door: 'slack' }))
    .toSorted((a, b) => a.order - b.order)
  return await Promise.all(shown.map((section) => readSection(parts, { section, actor, timeZone })))
}

interface Reading {
  readonly section: HomeSection
  readonly actor: Actor
  readonly timeZone: string
}

/** A section that cannot be read says so, and keeps none of the others away. */
async function readSection(
  { runtime, invoke }: HomeParts,
  { section, actor, timeZone }: Reading,
): Promise<ReadSection> {
  const { title, operation, input } = section
  const nothing = { lines: [], text: '', actions: [], controls: [] }
  try {
    const { output } = await invoke(operation, input, { actor, door: 'slack' })
    const controls = section.controls?.(output) ?? []
    if (controls.length > 0) return { ...nothing, title, controls }
    const reader = readerIn(timeZone, runtime.now())
    const { text, actions } = answerOf(runtime.operations, { operation, input, output }, reader)
    const lines = linesOf(operation, output, reader)
    const isMore = 'nextCursor' in output && output.nextCursor !== null
    const count = lines.length === 0 ? '' : ` · ${lines.length}${isMore ? '+' : ''}`
    return { ...nothing, title: `${title}${count}`, lines, text, actions }
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    return { ...nothing, title, text: thrown.message }
  }
}

function linesOf({ line }: Operation, output: object, reader: Reader): string[] {
  if (line === undefined || !('items' in output) || !Array.isArray(output.items)) return []
  return output.items.map((item) => line(item, reader))
}
