/**
 * The page on which somebody stops mails. Mail programs that offer it with one click post to the same address (RFC 8058);
 * opening it changes nothing.
 */
import { toAppError } from '../../core/errors.ts'
import { readBodyText } from '../http/body.ts'
import type { Answer } from '../http/gate.ts'
import { html } from '../pages/html.ts'
import { FORM_MAX_BYTES, linkFailure, linkPage, tokenOf } from './link-page.ts'

/** Which mails a link stops. */
export interface StoppableMails {
  /** Whose mails: `Ada (ada)`. */
  readonly person: string
  /** When each kind of them is sent: `An agent waits for your approval`. */
  readonly titles: readonly string[]
  readonly areStopped: boolean
}

export interface UnsubscribeDoor {
  /** @throws AppError for a link that is not ours or has expired, and for a person who has gone */
  look(token: string): Promise<StoppableMails>
  /** Stops the mails, or lets them come again. @throws AppError as above */
  set(
    token: string,
    asked: { readonly areStopped: boolean; readonly requestId: string },
  ): Promise<StoppableMails>
}

const TITLE = 'Mails from Switchboard'

export function createUnsubscribePage({ look }: UnsubscribeDoor) {
  return async (request: Request): Promise<Answer> => {
    try {
      return standing(await look(tokenOf(request)))
    } catch (thrown) {
      return linkFailure(TITLE, toAppError(thrown))
    }
  }
}

export function createUnsubscribeForm({ set }: UnsubscribeDoor) {
  return async (request: Request, requestId: string): Promise<Answer> => {
    try {
      const form = new URLSearchParams(await readBodyText(request, FORM_MAX_BYTES))
      const areStopped = form.get('again') === null
      return standing(await set(tokenOf(request), { areStopped, requestId }))
    } catch (thrown) {
      return linkFailure(TITLE, toAppError(thrown))
    }
  }
}

function standing({ person, titles, areStopped }: StoppableMails): Answer {
  const list = html`<ul>${titles.map((title) => html`<li>${title}</li>`)}</ul>`
  return areStopped
    ? linkPage(
        'Stopped',
        html`<p>${person} gets no more mails when:</p>${list}
<p>The gateway still lists what they would have told.</p>
<form method="post"><input type="hidden" name="again" value="1"><div class="actions"><button class="button quiet">Send them again</button></div></form>`,
      )
    : linkPage(
        'Stop these mails?',
        html`<p>${person} gets a mail when:</p>${list}
<form method="post"><div class="actions"><button class="button">Stop these mails</button></div></form>
<p class="note">Other mails go on, and so does the list in the gateway.</p>`,
      )
}
