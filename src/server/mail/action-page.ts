/**
 * The page on which somebody answers what a mail asks. Opening it changes nothing, because programs open the links of
 * mails to look at them; a button does.
 */
import { type AppError, ERROR_KINDS, toAppError } from '../../core/errors.ts'
import { readBodyText } from '../http/body.ts'
import type { Answer } from '../http/gate.ts'
import { type Html, html } from '../pages/html.ts'
import { FORM_MAX_BYTES, linkFailure, linkPage, tokenOf } from './link-page.ts'

/** Words that the person may add, or has to. */
export interface ActionField {
  readonly name: string
  readonly label: string
  readonly isRequired: boolean
}

/** What a mail asks, as it stands now. */
export interface AskedAction {
  /** For whom the link is: `Ada (ada)`. */
  readonly person: string
  /** The sentence of the mail. */
  readonly title: string
  /** What it is about in full, and perhaps who has answered. */
  readonly details: string
  /** The likeliest first; empty: it has been answered, or no longer can be. */
  readonly actions: readonly { readonly label: string }[]
  readonly fields: readonly ActionField[]
  /** Of everything above: another mark later says that something has changed. */
  readonly mark: string
}

/** A button that was pressed. */
export interface PressedAction {
  /** Its place among the actions. */
  readonly place: number
  /** The mark of what the person saw. */
  readonly mark: string
  readonly words: Readonly<Record<string, string>>
  readonly requestId: string
}

export interface ActionDoor {
  /** @throws AppError for a link that is not ours or has expired, and for a person who may not see it (any more) */
  look(token: string): Promise<AskedAction>
  /**
   * Makes the call as the person, and answers with what was done.
   * @throws AppError as above; `conflict` for what was answered before, or has changed since the person saw it
   */
  act(token: string, pressed: PressedAction): Promise<string>
}

const NOTHING = 'Nothing to answer'

export function createActionPage({ look }: ActionDoor) {
  return async (request: Request): Promise<Answer> => {
    try {
      const likeliest = Number(new URL(request.url).searchParams.get('choose') ?? 0)
      return asking(await look(tokenOf(request)), { likeliest })
    } catch (thrown) {
      return linkFailure(NOTHING, toAppError(thrown))
    }
  }
}

/** The token in the address is proof enough: a form on another page would have to know it. */
export function createActionForm(door: ActionDoor) {
  return async (request: Request, requestId: string): Promise<Answer> => {
    const token = tokenOf(request)
    try {
      const { place, mark, ...words } = Object.fromEntries(
        new URLSearchParams(await readBodyText(request, FORM_MAX_BYTES)),
      )
      const pressed = { place: Number(place), mark: mark ?? '', words: withoutEmpty(words), requestId }
      return linkPage('Done', html`<p>${await door.act(token, pressed)}</p><p>You can close this window.</p>`)
    } catch (thrown) {
      return await askAgain(door, token, toAppError(thrown))
    }
  }
}

/** Shows how things stand now with what is wrong, where the link still opens anything. */
async function askAgain({ look }: ActionDoor, token: string, error: AppError): Promise<Answer> {
  try {
    return { ...asking(await look(token), { error }), status: ERROR_KINDS[error.code].httpStatus }
  } catch {
    return linkFailure(NOTHING, error)
  }
}

/** A field that was left empty is left out. */
function withoutEmpty(words: Readonly<Record<string, string>>): Record<string, string> {
  const typed = Object.entries(words).map(([name, text]) => [name, text.trim()] as const)
  return Object.fromEntries(typed.filter(([, text]) => text !== ''))
}

interface Occasion {
  /** The place of the button that was pressed in the mail. */
  readonly likeliest?: number
  /** What was wrong with the form before. */
  readonly error?: AppError
}

function asking(asked: AskedAction, { likeliest = 0, error }: Occasion): Answer {
  const { person, title, details, actions } = asked
  return linkPage(
    title,
    html`${error === undefined ? '' : html`<p class="fault" role="alert">${error.message} ${error.fix ?? ''}</p>`}
<pre>${details}</pre>
${actions.length === 0 ? html`<p>There is nothing left to answer.</p>` : formOf(asked, likeliest)}
<p class="note">This link is for ${person}${actions.length === 0 ? '.' : ', in whose name you answer. If that is not you, close this window.'}</p>`,
  )
}

/** Words to fill in are a phrase: a terminal shows them in place of a value. */
function capitalized(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1)
}

function formOf({ actions, fields, mark }: AskedAction, likeliest: number): Html {
  return html`<form method="post">
<input type="hidden" name="mark" value="${mark}">
${fields.map(
  ({ name, label, isRequired }) =>
    html`<label>${capitalized(label)}${isRequired ? '' : ' (optional)'}<textarea name="${name}" ${isRequired ? 'required' : ''}></textarea></label>`,
)}
<div class="actions">${actions.map(
    ({ label }, place) =>
      html`<button class="button${place === likeliest ? '' : ' quiet'}" name="place" value="${place}">${label}</button>`,
  )}</div>
</form>`
}
