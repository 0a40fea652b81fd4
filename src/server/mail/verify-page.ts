/** The page on which somebody confirms that an address is theirs. Opening it changes nothing. */
import { toAppError } from '../../core/errors.ts'
import type { Answer } from '../http/gate.ts'
import { html } from '../pages/html.ts'
import { linkFailure, linkPage, tokenOf } from './link-page.ts'

export interface VerifiedAddress {
  readonly person: string
  readonly address: string
}

export interface VerifyDoor {
  /** @throws AppError for a link that is not ours or has expired, and for an address that is not the person's any more */
  look(token: string): Promise<VerifiedAddress>
  /** @throws AppError as above */
  verify(token: string, requestId: string): Promise<VerifiedAddress>
}

const TITLE = 'Your address'

export function createVerifyPage({ look }: VerifyDoor) {
  return async (request: Request): Promise<Answer> => {
    try {
      const { person, address } = await look(tokenOf(request))
      return linkPage(
        'Is this your address?',
        html`<p><strong>${address}</strong> was given as an address of ${person}. Once you confirm it, what ${person} is notified of can be mailed there.</p>
<form method="post"><div class="actions"><button class="button">It is mine</button></div></form>
<p class="note">If it is not, close this window: nothing is sent to you then.</p>`,
      )
    } catch (thrown) {
      return linkFailure(TITLE, toAppError(thrown))
    }
  }
}

export function createVerifyForm({ verify }: VerifyDoor) {
  return async (request: Request, requestId: string): Promise<Answer> => {
    try {
      const { person, address } = await verify(tokenOf(request), requestId)
      return linkPage(
        'Confirmed',
        html`<p>${person} is reached at ${address}. You can close this window.</p>`,
      )
    } catch (thrown) {
      return linkFailure(TITLE, toAppError(thrown))
    }
  }
}
