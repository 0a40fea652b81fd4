/** The buttons and menus of a message in Slack. */

/** A message or a view, as it is posted or as Slack has it. */
interface Shown {
  readonly blocks?: readonly { readonly type: string; readonly elements?: unknown }[] | undefined
}

export interface Button {
  readonly action_id: string
  readonly text?: { readonly text: string }
  readonly options?: readonly { readonly value: string; readonly text: { readonly text: string } }[]
}

export function buttonsOf(message: Shown | undefined): Button[] {
  return (message?.blocks ?? []).flatMap(({ elements, type }) =>
    type === 'actions' ? (elements as Button[]) : [],
  )
}

/** The id of the button with this label. */
export function button(message: Shown | undefined, label: string): string {
  const found = buttonsOf(message).find(({ text }) => text?.text === label)
  if (found === undefined) throw new Error(`no button ${label} in ${JSON.stringify(message)}`)
  return found.action_id
}
