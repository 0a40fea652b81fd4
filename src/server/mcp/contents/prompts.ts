/** The prompts that clients offer as commands, and the completion of their arguments. */
import type {
  GetPromptResult,
  InputRequiredResult,
  Prompt as PromptDefinition,
} from '@modelcontextprotocol/server'
import type { Gateway } from '../../../core/area/gateway.ts'
import type {
  Completion,
  NamesFrom,
  Prompt,
  PromptArgument,
  PromptArguments,
} from '../../../core/area/prompt.ts'
import { AppError } from '../../../core/errors.ts'
import { mayCall } from '../../../core/operation/catalog.ts'
import { caseless, distinct } from '../../../core/text/comparable.ts'
import { invokeFor, itemsOf, type MethodCall } from './method.ts'

type Complete = (value: string, call: MethodCall) => readonly string[] | Promise<readonly string[]>

/** A prompt's messages, or questions that must be answered first. */
type Rendered = GetPromptResult | InputRequiredResult

/** A prompt as this door serves it. */
export interface ServedPrompt {
  readonly definition: PromptDefinition
  render(args: PromptArguments, call: MethodCall): Rendered | Promise<Rendered>
  /** How each argument completes, by its name. */
  readonly complete?: Readonly<Record<string, Complete>>
}

export interface Prompts {
  list(): PromptDefinition[]
  /** @throws AppError `not_found` and, where an argument is missing, `invalid_input`. */
  get(name: string, args: PromptArguments, call: MethodCall): Promise<Rendered>
  /** Values for an argument that begin with `value`; empty where none are known. */
  complete(
    ref: { name: string; argument: string; value: string },
    call: MethodCall,
  ): Promise<readonly string[]>
}

/** The most items from which completion takes names. */
const COMPLETED_FROM_MAX = 100

export function createPrompts(gateway: Gateway, extras: readonly ServedPrompt[] = []): Prompts {
  const prompts = new Map(
    [...(gateway.prompts ?? []).map((prompt) => served(gateway, prompt)), ...extras].map((prompt) => [
      prompt.definition.name,
      prompt,
    ]),
  )

  function find(name: string): ServedPrompt {
    const prompt = prompts.get(name)
    if (prompt) return prompt
    throw new AppError('not_found', `There is no prompt ${name}.`, {
      fix: `There are: ${[...prompts.keys()].join(', ')}.`,
    })
  }

  return {
    list: () => [...prompts.values()].map(({ definition }) => definition),
    async get(name, args, call) {
      const prompt = find(name)
      const missing = prompt.definition.arguments?.find(
        ({ name: arg, required }) => required && !args[arg]?.trim(),
      )
      if (missing) {
        throw new AppError('invalid_input', `The prompt ${name} needs ${missing.name}.`, {
          fix: `${missing.name}: ${missing.description ?? 'some text'}.`,
        })
      }
      return prompt.render(args, call)
    },
    async complete({ name, argument, value }, call) {
      return (await find(name).complete?.[argument]?.(value, call)) ?? []
    },
  }
}

function served(gateway: Gateway, { name, title, description, arguments: args, text }: Prompt): ServedPrompt {
  const completions = args.flatMap(({ name: arg, complete }) =>
    complete === undefined ? [] : [[arg, completing(gateway, complete)] as const],
  )
  return {
    definition: { name, title, description, arguments: args.map(definitionOf) },
    render: (given) => asked(text(given)),
    complete: Object.fromEntries(completions),
  }
}

function definitionOf({ name, description, required }: PromptArgument) {
  return { name, description, ...(required && { required }) }
}

function completing(gateway: Gateway, complete: Completion): Complete {
  if (!('operation' in complete)) return (value) => beginningWith(value, complete)
  return async (value, call) => beginningWith(value, await namesFrom(gateway, complete, call))
}

function asked(text: string): GetPromptResult {
  return { messages: [{ role: 'user', content: { type: 'text', text } }] }
}

function beginningWith(value: string, candidates: readonly string[]): string[] {
  const beginning = caseless(value)
  return candidates.filter((candidate) => caseless(candidate).startsWith(beginning))
}

/** Names from a list operation's items, in order and without duplicates; empty where the caller may not list. */
async function namesFrom(
  gateway: Gateway,
  { operation: operationName, namesOf }: NamesFrom,
  call: MethodCall,
): Promise<string[]> {
  const operation = gateway.operations.find(({ name }) => name === operationName)
  const { actor, selection } = call.caller
  if (!operation || !mayCall(operation, actor, selection)) return []
  const output = await invokeFor(gateway, operation, { limit: COMPLETED_FROM_MAX }, call)
  const names = itemsOf(output)
    .flatMap(namesOf)
    .filter((name) => typeof name === 'string')
  return distinct(names).sort((a, b) => a.localeCompare(b))
}
