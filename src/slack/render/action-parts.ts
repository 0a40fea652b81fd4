/**
 * What a reader may do, as buttons. A button names an action that the gateway keeps, and nothing else: what it does is
 * looked up when it is pressed, and whether that person may is decided then.
 */
import type { Button, ConfirmationDialog, Overflow } from '@slack/types'
import type { NextCall } from '../../core/operation/next-call.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { isRequired } from '../../core/operation/required-ask.ts'
import { cutText } from '../../core/text/cut.ts'
import type { Part } from './message.ts'

/** An action of a message as the gateway keeps it. */
export interface ShownAction {
  readonly id: string
  readonly label: string
  /** Absent: pressing it is a turn of the chat, as if the person had typed something. */
  readonly call?: NextCall | undefined
}

/** Elements in one row of actions. */
const ROW_MAX = 25
/** Characters of a button, and of an option. */
const LABEL_MAX_CHARS = 75
/** Options of one menu. */
const OPTIONS_MAX = 5
const DIALOG_TITLE_MAX_CHARS = 100
const DIALOG_BUTTON_MAX_CHARS = 30

/** The action of a menu, whose chosen option names the action that is kept. */
const MENU = 'menu'

type Operations = readonly Pick<Operation, 'name' | 'effect' | 'input'>[]

export function actionParts(actions: readonly ShownAction[], operations: Operations): Part[] {
  const named = (call: NextCall | undefined) => operations.find(({ name }) => name === call?.operation)
  const buttons = actions.map((action, place) => {
    const operation = named(action.call)
    return buttonOf(action, {
      isFirst: place === 0 && actions.length > 1 && operation?.effect !== 'read',
      operation,
    })
  })
  const wordy = actions.filter(({ call }) => call?.ask !== undefined && asksOnlyIfWanted(call, named(call)))
  const elements = [...buttons, ...chunksOf(wordy, OPTIONS_MAX).map(menuOf)]
  return chunksOf(elements, ROW_MAX).map((row) => ({ block: { type: 'actions', elements: row }, says: '' }))
}

/** Whether the call can be made at once, and takes words from those who want to add some. */
export function asksOnlyIfWanted(call: NextCall, operation: Pick<Operation, 'input'> | undefined): boolean {
  const asked = Object.keys(call.ask ?? {})
  // Nothing but words would be in it.
  if (asked.length > 0 && Object.keys(call.input).length === 0) return false
  return !asked.some((field) => isRequired(operation, field))
}

interface Look {
  readonly isFirst: boolean
  readonly operation: Pick<Operation, 'effect'> | undefined
}

function buttonOf({ id, label }: ShownAction, { isFirst, operation }: Look): Button {
  const destroys = operation?.effect === 'destroy'
  return {
    ...{ type: 'button', action_id: id, value: id, text: plain(label, LABEL_MAX_CHARS) },
    ...(isFirst && !destroys && { style: 'primary' }),
    ...(destroys && { style: 'danger', confirm: confirmation(label) }),
  }
}

function confirmation(label: string): ConfirmationDialog {
  return {
    title: plain(label, DIALOG_TITLE_MAX_CHARS),
    text: plain('This cannot be undone.', DIALOG_TITLE_MAX_CHARS),
    confirm: plain(label, DIALOG_BUTTON_MAX_CHARS),
    deny: plain('Keep it', DIALOG_BUTTON_MAX_CHARS),
  }
}

function menuOf(actions: readonly ShownAction[], place: number): Overflow {
  return {
    type: 'overflow',
    action_id: `${MENU}-${place}`,
    options: actions.map(({ id, label, call }) => {
      const words = Object.values(call?.ask ?? {}).join(' and ')
      return { text: plain(`${label} with ${words} …`, LABEL_MAX_CHARS), value: id }
    }),
  }
}

/** Text without a format: Slack shows it letter for letter. */
export function plain(text: string, maxChars: number) {
  return {
    type: 'plain_text' as const,
    text: cutText(text.trim() === '' ? '–' : text, maxChars, '…'),
    emoji: false,
  }
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return items.flatMap((_, at) => (at % size === 0 ? [items.slice(at, at + size)] : []))
}
