/**
 * The page to which services send people back: it shows whose account is about to be connected, and connects it when the
 * person says so. A person who was sent a link by somebody else sees for whom the gateway would act with their account.
 */
import { randomBytes } from 'node:crypto'
import { AppError, toAppError } from '../../core/errors.ts'
import { cutText } from '../../core/text/cut.ts'
import { isSameSecret } from '../../domain/access/machine-secret.ts'
import { readBodyText } from '../http/body.ts'
import type { Answer } from '../http/gate.ts'
import { type Html, html } from './html.ts'
import { questionPage } from './question-page.ts'

/** What the person who came back with a consent is asked before it has an effect. */
export interface ConsentQuestion {
  /** `Connect Todoist?` */
  readonly title: string
  /** The service, as people call it. */
  readonly service: string
  /** Who asked the gateway for what. */
  readonly asked: string
  /** What the gateway may do from then on, and until when. */
  readonly effect: string
  /** What follows for somebody who was sent here by the person who asked. */
  readonly danger: string
  /** The label of the button. */
  readonly agree: string
}

export interface ConsentDoor {
  /** @throws AppError `invalid_input` for a state that is not ours, has expired or was used */
  look(state: string): Promise<ConsentQuestion>
  /** Does what was asked; answers with a sentence that says so. @throws AppError */
  finish(returned: {
    readonly state: string
    readonly code: string
    readonly requestId: string
  }): Promise<string>
}

const FORM_MAX_BYTES = 16_384
const TICKET_BYTES = 32
/** Seconds for which the browser keeps its ticket: as long as a consent is valid. */
const TICKET_MAX_S = 900
const COOKIE = 'switchboard_consent'

/** Asks the person who comes back from a service. */
export function createConsentPage({ look }: ConsentDoor) {
  return async (request: Request): Promise<Answer> => {
    const returned = new URL(request.url).searchParams
    const [state, code] = [returned.get('state') ?? '', returned.get('code')]
    try {
      const asked = await look(state)
      if (code === null) return notConnected(whyNot(asked, returned.get('error')))
      const ticket = randomBytes(TICKET_BYTES).toString('base64url')
      const page = pageOf(asked.title, question(asked, { state, code, ticket }))
      return { ...page, headers: { ...page.headers, 'set-cookie': cookieOf(request, ticket) } }
    } catch (thrown) {
      return failure(thrown)
    }
  }
}

/** Connects the account when the person has pressed the button in the browser that was asked. */
export function createConsentForm({ finish }: ConsentDoor) {
  return async (request: Request, requestId: string): Promise<Answer> => {
    try {
      const form = new URLSearchParams(await readBodyText(request, FORM_MAX_BYTES))
      assertSameBrowser(request, form.get('ticket') ?? '')
      if (form.has('cancel')) return notConnected('You chose not to.')
      const done = await finish({ state: form.get('state') ?? '', code: form.get('code') ?? '', requestId })
      return pageOf('Connected', html`<p>${done}</p><p>You can close this window.</p>`)
    } catch (thrown) {
      return failure(thrown)
    }
  }
}

/** A form that another page sends has no cookie of ours, and names that page as its origin. */
function assertSameBrowser(request: Request, ticket: string): void {
  const cookies = request.headers.get('cookie') ?? ''
  const kept = cookies.split(/;\s*/).find((each) => each.startsWith(`${COOKIE}=`))
  const site = request.headers.get('sec-fetch-site')
  const isOurs = site === null || site === 'same-origin'
  if (isOurs && ticket !== '' && kept !== undefined && isSameSecret(kept.slice(COOKIE.length + 1), ticket))
    return
  throw new AppError('forbidden', 'This form was not sent by the page that asked you.', {
    fix: 'Allow cookies for this gateway, and begin again: connect the account once more.',
  })
}

function cookieOf(request: Request, ticket: string): string {
  const secure = new URL(request.url).protocol === 'https:' ? '; Secure' : ''
  return `${COOKIE}=${ticket}; Path=/oauth; HttpOnly; SameSite=Strict; Max-Age=${TICKET_MAX_S}${secure}`
}

interface Sent {
  readonly state: string
  readonly code: string
  readonly ticket: string
}

function question(asked: ConsentQuestion, { state, code, ticket }: Sent): Html {
  return html`<p>${asked.asked}</p>
<p>${asked.effect}</p>
<form method="post" action="/oauth/callback">
<input type="hidden" name="state" value="${state}"><input type="hidden" name="code" value="${code}"><input type="hidden" name="ticket" value="${ticket}">
<div class="actions"><button class="button">${asked.agree}</button><button class="button quiet" name="cancel" value="yes">Cancel</button></div>
</form>
<p class="note"><strong>Did somebody else send you here?</strong> Then cancel: ${asked.danger}</p>`
}

/** The most characters shown of an error code that a service gives. */
const ERROR_MAX_CHARS = 60

/** A service that sends a person back without consent says why by a code. */
function whyNot({ service }: ConsentQuestion, error: string | null): string {
  if (error === null || error === 'access_denied') return `You did not agree at ${service}.`
  return `${service} sent you back without your consent (${cutText(error, ERROR_MAX_CHARS, '…')}). Try again later, or tell the operator of this gateway.`
}

function notConnected(why: string): Answer {
  return pageOf('Not connected', html`<p>${why}</p><p>Nothing was connected. You can close this window.</p>`)
}

function failure(thrown: unknown): Answer {
  const { message, fix, code } = toAppError(thrown)
  const page = pageOf('Not connected', html`<p>${message}</p>${fix === undefined ? '' : html`<p>${fix}</p>`}`)
  return { ...page, status: code === 'internal' ? 500 : 400 }
}

function pageOf(title: string, body: Html): Answer {
  return questionPage({ title, description: 'Connecting an account' }, body)
}
