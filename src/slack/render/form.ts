/** The form of a call that asks for words: a modal, made from the input schema of its operation, and what people entered in it. */
import type { InputBlock, ModalView } from '@slack/types'
import type { Choices } from '../../core/form/choices.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { isRequired } from '../../core/operation/required-ask.ts'
import { readWords } from '../../core/schema/words.ts'
import { cutText } from '../../core/text/cut.ts'
import { alternatives, isJsonObject, type JsonObject } from '../../core/text/json.ts'
import { plain, type ShownAction } from './action-parts.ts'
import { textParts } from './text-parts.ts'

/** By which a submission is told from those of other views. */
export const FORM = 'form'

const TITLE_MAX_CHARS = 24
const LABEL_MAX_CHARS = 2_000
const PLACEHOLDER_MAX_CHARS = 150
/** The most characters that Slack lets people type into one field. */
const TYPED_MAX_CHARS = 3_000
/** A field that takes more characters has several lines. */
const ONE_LINE_MAX_CHARS = 150
const OPTIONS_MAX = 100
const OPTION_MAX_CHARS = 75

type Asking = ShownAction & { readonly call: NonNullable<ShownAction['call']> }

interface Form {
  readonly action: Asking
  readonly operation: Pick<Operation, 'input' | 'inputSchema'>
  /** What the form is about, in a sentence. */
  readonly about: string
  /** Kept in the form: where it was opened. */
  readonly place: string
  /** What fields may name, looked up while a person types. */
  readonly choices?: readonly Choices[] | undefined
}

/** What a field of this name is chosen from; undefined: it takes any words. */
export function choicesFor(field: string, choices: readonly Choices[]): Choices | undefined {
  return choices.find(({ fields }) => fields.includes(field))
}

export function renderForm({ action, about, place, ...known }: Form): ModalView {
  const { label, call } = action
  const fields = Object.entries(call.ask ?? {}).map(([name, words]) =>
    fieldOf({ name, words, initial: call.input[name] }, known),
  )
  return {
    ...{ type: 'modal', callback_id: FORM, private_metadata: place },
    ...{ title: plain(label, TITLE_MAX_CHARS), submit: plain(label, TITLE_MAX_CHARS) },
    close: plain('Cancel', TITLE_MAX_CHARS),
    blocks: [...textParts(about).map(({ block }) => block), ...fields],
  }
}

interface Field {
  readonly name: string
  /** Placeholder words. */
  readonly words: string
  readonly initial: unknown
}

function fieldOf(
  { name, words, initial }: Field,
  { operation, choices = [] }: Pick<Form, 'operation' | 'choices'>,
): InputBlock {
  const schema = schemaOf(operation, name)
  const hint = typeof schema.description === 'string' ? schema.description : undefined
  return {
    ...{ type: 'input', block_id: name, optional: !isRequired(operation, name) },
    label: plain(nameInWords(name), LABEL_MAX_CHARS),
    ...(hint !== undefined && { hint: plain(hint, LABEL_MAX_CHARS) }),
    element:
      choicesFor(name, choices) === undefined
        ? elementOf(schema, { name, words, initial })
        : selectOf({ name, words, initial }),
  }
}

function schemaOf({ inputSchema }: Form['operation'], name: string): JsonObject {
  const property = inputSchema.properties?.[name]
  const [schema = {}] = isJsonObject(property) ? alternatives(property) : []
  return isJsonObject(property) ? { ...property, ...schema } : schema
}

/** `dueDate` as `Due date`. */
function nameInWords(name: string): string {
  const words = name
    .replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A select whose options are looked up while a person types. */
function selectOf({ name, words, initial }: Field): InputBlock['element'] {
  const chosen =
    typeof initial === 'string' ? { text: plain(initial, OPTION_MAX_CHARS), value: initial } : undefined
  return {
    ...{ type: 'external_select', action_id: name, min_query_length: 0 },
    placeholder: plain(words, PLACEHOLDER_MAX_CHARS),
    ...(chosen !== undefined && { initial_option: chosen }),
  }
}

function elementOf(schema: JsonObject, { name, words, initial }: Field): InputBlock['element'] {
  const choices = Array.isArray(schema.enum) ? schema.enum.filter((each) => typeof each === 'string') : []
  if (choices.length > 0 && choices.length <= OPTIONS_MAX) {
    const options = choices.map((choice) => ({ text: plain(choice, OPTION_MAX_CHARS), value: choice }))
    const chosen = options.find(({ value }) => value === initial)
    return { type: 'static_select', action_id: name, options, ...(chosen && { initial_option: chosen }) }
  }
  if (schema.type === 'boolean') {
    const yes = { text: plain('Yes', OPTION_MAX_CHARS), value: 'true' }
    return {
      type: 'checkboxes',
      action_id: name,
      options: [yes],
      ...(initial === true && { initial_options: [yes] }),
    }
  }
  const most = typeof schema.maxLength === 'number' ? schema.maxLength : TYPED_MAX_CHARS
  return {
    ...{ type: 'plain_text_input', action_id: name, multiline: most > ONE_LINE_MAX_CHARS },
    max_length: Math.min(most, TYPED_MAX_CHARS),
    placeholder: plain(words, PLACEHOLDER_MAX_CHARS),
    ...(typeof initial === 'string' && { initial_value: cutText(initial, TYPED_MAX_CHARS) }),
  }
}

/** What a person entered: by block and element, as Slack sends it. */
export type FormState = Readonly<Record<string, Readonly<Record<string, FormValue>>>>

interface FormValue {
  readonly value?: string | null | undefined
  readonly selected_option?: { readonly value: string } | null | undefined
  readonly selected_options?: readonly { readonly value: string }[] | undefined
}

/** The input of the call with what the person entered in the fields that it asks for; empty fields are left out. */
export function readForm(
  { call }: Asking,
  { inputSchema }: Pick<Operation, 'inputSchema'>,
  state: FormState,
): Record<string, unknown> {
  const words = Object.keys(call.ask ?? {}).flatMap((name) => {
    const entered = Object.values(state[name] ?? {}).flatMap(enteredIn)
    return entered.length === 0 ? [] : [[name, entered] as const]
  })
  return { ...call.input, ...readWords(inputSchema, Object.fromEntries(words)) }
}

function enteredIn({ value, selected_option, selected_options }: FormValue): string[] {
  const chosen = selected_options?.map((option) => option.value) ?? []
  return [value, selected_option?.value, ...chosen].filter(
    (word) => typeof word === 'string' && word !== '',
  ) as string[]
}
