/** A message is sent to a person; each channel renders its text and actions in its own way. */
import type { z } from 'zod'
import type { Operation } from '../operation/operation.ts'

/** A call that the reader of a message may want to make. */
export interface MessageAction {
  readonly label: string
  readonly operation: Operation
  readonly input: Readonly<Record<string, unknown>>
}

/** Provisional: nothing sends messages yet. */
export interface Message<Payload extends z.ZodObject = z.ZodObject> {
  readonly name: string
  readonly payload: Payload
  /** The person it is for. */
  to(payload: z.output<Payload>): string
  text(payload: z.output<Payload>): string
  actions?(payload: z.output<Payload>): readonly MessageAction[]
}

export function defineMessage<Payload extends z.ZodObject>(spec: Message<Payload>): Message {
  return spec as unknown as Message
}
