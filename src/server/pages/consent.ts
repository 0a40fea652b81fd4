/**
 * The page to which services send people back: it shows whose account is about to be connected, and connects it when the
 * person says so. A person who was sent a link by somebody else sees for whom the gateway would act with their account.
 */
import { randomBytes } from 'node:crypto'
import { AppError, toAppError } from '../../core/errors.ts'
import { isSameSecret } from '../../domain/access/machine-secret.ts'
import { readBodyText } from '../http/body.ts'
import type { Answer } from '../http/gate.ts'
import { type Html, html } from './html.ts'
import { PAGE_STYLE } from './page-style.ts'
import { renderPage } from './render-page.ts'
import { MARK } from './welcome.ts'

/** What the person who came back with a consent is asked before it has an effect. */
export interface ConsentQuestion {
  /** `Connect Todoist?` */
  readonly title: string
  /** Who asked the gateway for what. */
  readonly asked: string
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
      if (code === null)
        return pageOf(
          'Not connected',
          html`<p>You did not agree, so nothing was connected. You can close this window.</p>`,
        )
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
      const done = await finish({ state: form.get('state') ?? '', code: form.get('code') ?? '', requestId })
      return pageOf('Connected', html`<p>${done} You can close this window.</p>`)
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

function question({ asked, danger, agree }: ConsentQuestion, { state, code, ticket }: Sent): Html {
  return html`<p>${asked} If that was you, go on. If somebody sent you here, close this window: ${danger}</p>
<form method="post" action="/oauth/callback">
<input type="hidden" name="state" value="${state}"><input type="hidden" name="code" value="${code}"><input type="hidden" name="ticket" value="${ticket}">
<p class="actions"><button class="button">${agree}</button></p>
</form>`
}

function failure(thrown: unknown): Answer {
  const { message, fix, code } = toAppError(thrown)
  const page = pageOf('Not connected', html`<p>${message}</p>${fix === undefined ? '' : html`<p>${fix}</p>`}`)
  return { ...page, status: code === 'internal' ? 500 : 400 }
}

const STYLE = `${PAGE_STYLE}
main { max-width: 34rem; margin: 0 auto; padding: 4rem 1.5rem; }
h1 { margin: 1.5rem 0 1rem; font-size: 1.6rem; line-height: 1.2; letter-spacing: -.02em; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
.button { padding: .6rem 1.1rem; border: 0; border-radius: 8px; background: var(--copper); color: var(--card); font: 600 1rem/1.4 var(--sans); cursor: pointer; }
`

function pageOf(title: string, body: Html): Answer {
  return renderPage({
    title,
    description: 'Connecting an account',
    body: html`<main><span class="brand">${MARK}Switchboard</span><h1>${title}</h1>${body}</main>`,
    style: STYLE,
    script: '',
    formAction: "'self'",
  })
}
