/** An operation's answer that clients can also read and watch by a URI. */
import type { z } from 'zod'
import type { NextCall } from './next-call.ts'

export interface Resource<Output extends z.ZodObject> {
  /** Fixed (`plan://today`), or with `{id}` for the one field of the operation's path (`task://{id}`). */
  readonly uri: string
  readonly name: string
  readonly title: string
  readonly description: string
  /** The id in a URI with `{id}`, by which changes are told however the thing was named. */
  idOf?(output: z.output<Output>): string
  /** The items that a person may want to pick, where there are many. */
  readonly list?: ResourceList
  /** Prefixes of other URIs: a change of one of those changes this resource too. */
  readonly follows?: readonly string[]
  /** Calls whose answers are read with it, by the name of the field that holds each; of a stream, its items. */
  along?(output: z.output<Output>): Readonly<Record<string, NextCall>>
}

/** A list operation whose items have the `id` that the URI contains. */
export interface ResourceList extends Omit<NextCall, 'ask'> {
  /** What an item is called. */
  titleOf(item: Readonly<Record<string, unknown>>): string
}

/** The placeholder for the id in a resource's URI. */
export const RESOURCE_ID = '{id}'
