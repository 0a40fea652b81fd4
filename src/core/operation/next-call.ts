/** A call that a reader of an answer is likely to make next. It is data: a terminal shows a command line, a chat a button. */
export interface NextCall {
  /** The operation's name. */
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  /** Fields that the reader fills in, each with words that stand for what they write. */
  readonly ask?: Readonly<Record<string, string>>
}
