/**
 * What cannot wait for a worker: a form opens within three seconds of the press, and says at once what is wrong with what
 * was entered.
 */

import { checkInput } from '../../core/call/input.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import type { Choices } from '../../core/form/choices.ts'
import { cutText } from '../../core/text/cut.ts'
import type { JsonObject } from '../../core/text/json.ts'
import { unescapeText } from '../../domain/slack/escape.ts'
import { findAction } from '../../domain/slack/shown/actions.ts'
import { findShownMessage } from '../../domain/slack/shown/shown-message.ts'
import { callAs, slackOf } from '../../domain/slack/slack-app.ts'
import { asksOnlyIfWanted } from '../render/action-parts.ts'
import { readForm, renderForm } from '../render/form.ts'
import { formPlace, type Pressed, readPressed } from './pressed.ts'
import { findPresser, type PresserParts } from './pressing.ts'

export type AtOnceParts = PresserParts & Pick<Runtime, 'log'> & { readonly choices?: readonly Choices[] }

/** Characters of the message that a form repeats, so that people see what they answer. */
export const ABOUT_MAX_CHARS = 1_000

export interface AtOnce {
  /** Whether nothing is left for a worker. */
  readonly isDone: boolean
  /** The answer to Slack. */
  readonly response?: JsonObject | undefined
}

export const LATER: AtOnce = { isDone: false }

/** @throws AppError where Slack cannot be asked who the user is */
export async function answerPress(
  parts: AtOnceParts,
  payload: unknown,
  signal: AbortSignal,
): Promise<AtOnce> {
  const pressed = readPressed(payload)
  if (pressed === undefined) return LATER
  return pressed.entered === undefined
    ? await openForm(parts, pressed, signal)
    : await checkForm(parts, pressed)
}

/** A worker answers those who may not press, and those for whom Slack opened no form. */
async function openForm(parts: AtOnceParts, pressed: Pressed, signal: AbortSignal): Promise<AtOnce> {
  const { at } = pressed
  const { resources, log } = parts
  const action = await findAction(resources.db, pressed.actionId)
  const operation = parts.operations.find(({ name }) => name === action?.call?.operation)
  if (action?.call?.ask === undefined || operation === undefined || pressed.chosen !== undefined) return LATER
  if (!pressed.isFromMenu && asksOnlyIfWanted(action.call, operation)) return LATER
  const presser = await findPresser(parts, pressed, signal)
  if (presser.kind !== 'person') return LATER
  const shown = await findShownMessage(resources.db, action.postId)
  const view = renderForm({
    action: { ...action, call: action.call },
    operation,
    about: cutText(unescapeText(shown?.text ?? action.label), ABOUT_MAX_CHARS, '…'),
    place: formPlace({ actionId: action.id, at }),
    choices: parts.choices,
  })
  const args = { trigger_id: pressed.triggerId, view }
  const answer = await callAs(slackOf(resources), at.teamId, { method: 'views.open', args, signal })
  if (answer.kind === 'ok') return { isDone: true }
  log.warn({ answer, actionId: action.id }, 'Slack opened no form')
  return LATER
}

/** The fields at fault, each with what is wrong with it. */
async function checkForm({ resources, operations }: AtOnceParts, pressed: Pressed): Promise<AtOnce> {
  const action = await findAction(resources.db, pressed.actionId)
  const operation = operations.find(({ name }) => name === action?.call?.operation)
  if (action?.call?.ask === undefined || operation === undefined) return LATER
  const input = readForm({ ...action, call: action.call }, operation, pressed.entered ?? {})
  const checked = checkInput(operation, input)
  if ('data' in checked) return LATER
  const [first = ''] = Object.keys(action.call.ask)
  const asked = Object.keys(action.call.ask)
  const errors = checked.issues.map(({ path, message }) => {
    const [field = ''] = path.split('.')
    return asked.includes(field) ? [field, message] : [first, `${path} ${message}`]
  })
  return { isDone: true, response: { response_action: 'errors', errors: Object.fromEntries(errors) } }
}
