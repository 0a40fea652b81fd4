/** A prompt is offered by clients as a command: a text for the model, completed with what a person fills in. */

export interface Prompt {
  /** In snake_case. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly arguments: readonly PromptArgument[]
  /** The text for the model; an argument that was left out is absent. */
  text(args: PromptArguments): string
}

export type PromptArguments = Readonly<Record<string, string>>

export interface PromptArgument {
  readonly name: string
  readonly description: string
  readonly required?: true
  /** Values to choose from; absent where any text will do. */
  readonly complete?: Completion
}

/** A fixed list, or names read from an operation. */
export type Completion = readonly string[] | NamesFrom

/** Names read from the items of an operation's answer. */
export interface NamesFrom {
  readonly operation: string
  namesOf(item: Readonly<Record<string, unknown>>): readonly unknown[]
}

export function definePrompt(spec: Prompt): Prompt {
  return spec
}
