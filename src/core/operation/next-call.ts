/**
 * A call that the reader of an answer is likely to make next. It is data: a terminal shows a command line, a chat a
 * button.
 */
export interface NextCall {
  /** The operation's name. */
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  /** How people name what it is about, where the id of it says nothing to them. */
  readonly named?: string
  /** Fields that the reader fills in, each with placeholder words. */
  readonly ask?: Readonly<Record<string, string>>
}
