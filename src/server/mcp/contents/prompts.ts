/** The prompts that clients offer as commands, and the completion of their arguments. */
import type {
  GetPromptResult,
  InputRequiredResult,
  Prompt as PromptDefinition,
} from '@modelcontextprotocol/server'
import type { Gateway } from '../../../core/call/gateway.ts'
import { AppError } from '../../../core/errors.ts'
import { mayCall } from '../../../core/operation/catalog.ts'
import { caseless, distinct } from '../../../core/text/comparable.ts'
import { invokeFor, itemsOf, type MethodCall } from './method.ts'
import { captureText, planMyDayText, weeklyReviewText } from './prompt-texts.ts'

export type PromptArguments = Readonly<Record<string, string>>

type Complete = (value: string, call: MethodCall) => readonly string[] | Promise<readonly string[]>

/** A prompt's messages, or what must be answered before there are any. */
type Rendered = GetPromptResult | InputRequiredResult

export interface Prompt {
  readonly definition: PromptDefinition
  render(args: PromptArguments, call: MethodCall): Rendered | Promise<Rendered>
  /** How each argument completes, by its name. */
  readonly complete?: Readonly<Record<string, Complete>>
}

export interface Prompts {
  list(): PromptDefinition[]
  /** @throws AppError `not_found` and, where an argument is missing, `invalid_input`. */
  get(name: string, args: PromptArguments, call: MethodCall): Promise<Rendered>
  /** Values for an argument that begin like `value`; none where nothing is known. */
  complete(
    ref: { name: string; argument: string; value: string },
    call: MethodCall,
  ): Promise<readonly string[]>
}

const ENERGIES = ['low', 'medium', 'high']

/** Minutes that a person is likely to have. */
const MINUTES = ['15', '30', '60', '90', '120', '240', '480']

/** Projects and tasks that completion looks through. */
const COMPLETED_FROM_MAX = 100

export function createPrompts(gateway: Gateway, extras: readonly Prompt[] = []): Prompts {
  const prompts = new Map(
    [...ownPrompts(gateway), ...extras].map((prompt) => [prompt.definition.name, prompt]),
  )

  function find(name: string): Prompt {
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

function ownPrompts(gateway: Gateway): Prompt[] {
  const energy: Complete = (value) => beginningWith(value, ENERGIES)
  const minutes: Complete = (value) => beginningWith(value, MINUTES)
  const project: Complete = async (value, call) =>
    beginningWith(value, await namesFrom(gateway, 'projects.list', ({ name }) => [name], call))
  const label: Complete = async (value, call) =>
    beginningWith(value, await namesFrom(gateway, 'tasks.list', ({ labels }) => [labels].flat(), call))
  return [
    {
      definition: {
        name: 'plan_my_day',
        title: 'Plan my day',
        description: 'A realistic plan for today from what is due, overdue and worth most.',
        arguments: [
          { name: 'minutes', description: 'Minutes to work today' },
          { name: 'energy', description: 'low, medium or high' },
        ],
      },
      render: (args) => asked(planMyDayText(args)),
      complete: { minutes, energy },
    },
    {
      definition: {
        name: 'weekly_review',
        title: 'Weekly review',
        description: 'Go through everything once, step by step: clear, decide, choose the week ahead.',
        arguments: [],
      },
      render: () => asked(weeklyReviewText()),
    },
    {
      definition: {
        name: 'capture',
        title: 'Capture tasks',
        description: 'Turn a message, a note or a transcript into tasks.',
        arguments: [
          { name: 'text', description: 'What was said or written', required: true },
          { name: 'project', description: 'The project that it belongs to' },
          { name: 'label', description: 'A label for all of it' },
        ],
      },
      render: (args) => asked(captureText(args)),
      complete: { project, label },
    },
  ]
}

function asked(text: string): GetPromptResult {
  return { messages: [{ role: 'user', content: { type: 'text', text } }] }
}

function beginningWith(value: string, candidates: readonly string[]): string[] {
  const beginning = caseless(value)
  return candidates.filter((candidate) => caseless(candidate).startsWith(beginning))
}

/** Names out of a list operation's items, in order and once each; none where the caller may not list. */
async function namesFrom(
  gateway: Gateway,
  operationName: string,
  namesOf: (item: Record<string, unknown>) => unknown[],
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
