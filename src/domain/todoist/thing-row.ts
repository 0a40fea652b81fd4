/** A thing of the mirror that is no task: a project, a section, a label, a comment. */
import type { THING_KINDS, todoistThings } from './tables.ts'

export type ThingRow = typeof todoistThings.$inferSelect
export type ThingKind = (typeof THING_KINDS)[number]
