/** An operation's answer that clients may also read and watch by a URI. */
import type { z } from 'zod'
import type { NextCall } from './next-call.ts'

export interface Resource<Output extends z.ZodObject> {
  /** Fixed (`plan://today`), or with `{id}` for the one field of the operation's path (`task://{id}`). */
  readonly uri: string
  readonly name: string
  readonly title: string
  readonly description: string
  /** Which of them a person may want to pick, where there are many. */
  readonly list?: ResourceList
  /** Beginnings of other URIs: what changes one of those changes this, too. */
  readonly follows?: readonly string[]
  /** Calls whose answers are read along, by the name of the field that holds each; of a stream its items. */
  along?(output: z.output<Output>): Readonly<Record<string, NextCall>>
}

/** A list operation whose items have the `id` that the URI contains. */
export interface ResourceList extends Omit<NextCall, 'ask'> {
  /** What an item is called. */
  titleOf(item: Readonly<Record<string, unknown>>): string
}

/** Stands for the id in a resource's URI. */
export const RESOURCE_ID = '{id}'
