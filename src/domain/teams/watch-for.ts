/** Passes each change on to those who may see it: who they are is read when the change arrives. */
import { eq } from 'drizzle-orm'
import type { Change, Log } from '../../core/operation/context.ts'
import { grants } from '../access/tables.ts'
import type { Db } from '../db/db.ts'
import { isOwnSpace } from './space.ts'

/** The people who see a space that several people see. */
export async function findSeers(db: Db, spaceId: string): Promise<string[]> {
  const rows = await db.select({ personId: grants.personId }).from(grants).where(eq(grants.spaceId, spaceId))
  return rows.map(({ personId }) => personId)
}

interface Parts {
  readonly log: Log
  /** The people who see a space that several people see. */
  seersOf(spaceId: string): Promise<readonly string[]>
  watch(listener: (change: Change) => void): () => void
}

/** Calls the listener of a person after each change in a space that the person sees; returns a function that stops it. */
export type WatchFor = (personId: string, listener: (change: Change) => void) => () => void

/**
 * Makes `watchFor` from `watch`, which hears every change. A change in a space of several people is passed on once the
 * people were read, by one query however many listen.
 */
export function createWatchFor({ log, seersOf, watch }: Parts): WatchFor {
  const listeners = new Map<string, Set<(change: Change) => void>>()
  let stop: (() => void) | undefined

  function tell(personId: string, change: Change): void {
    for (const listener of listeners.get(personId) ?? []) listener(change)
  }

  async function tellAll(change: Change): Promise<void> {
    try {
      for (const personId of await seersOf(change.spaceId)) tell(personId, change)
    } catch (err) {
      log.warn({ err, spaceId: change.spaceId }, 'those who see a space were not told of a change')
    }
  }

  function hear(change: Change): void {
    tell(change.spaceId, change)
    if (!isOwnSpace(change.spaceId)) void tellAll(change)
  }

  return (personId, listener) => {
    // Wrapped, so that the same listener can watch twice and be stopped once.
    const own = (change: Change) => listener(change)
    const ofPerson = listeners.get(personId) ?? new Set()
    listeners.set(personId, ofPerson.add(own))
    stop ??= watch(hear)
    return () => {
      ofPerson.delete(own)
      if (ofPerson.size === 0 && listeners.get(personId) === ofPerson) listeners.delete(personId)
      if (listeners.size > 0) return
      stop?.()
      stop = undefined
    }
  }
}
