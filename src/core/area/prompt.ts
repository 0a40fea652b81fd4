/** A prompt is what clients offer as a command: words to the model, made of what a person fills in. */

export interface Prompt {
  /** In snake_case. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly arguments: readonly PromptArgument[]
  /** What the model is told; an argument that was left out is absent. */
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

/** A fixed list, or the names of what there is. */
export type Completion = readonly string[] | NamesFrom

/** Names read from the items of an operation's answer. */
export interface NamesFrom {
  readonly operation: string
  namesOf(item: Readonly<Record<string, unknown>>): readonly unknown[]
}

export function definePrompt(spec: Prompt): Prompt {
  return spec
}
