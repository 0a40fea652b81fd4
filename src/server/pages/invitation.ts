/**
 * The page of an invitation: it shows who invites whom into what, lets the person in when they say so, and shows their
 * key once. Opening it changes nothing, because programs open links to preview them.
 */
import { type AppError, ERROR_KINDS, toAppError } from '../../core/errors.ts'
import { readBodyText, readJsonObject } from '../http/body.ts'
import type { Answer } from '../http/gate.ts'
import { type Html, html } from './html.ts'
import { COPY_SCRIPT, PAGE_STYLE } from './page-style.ts'
import { renderPage } from './render-page.ts'
import { claudeCode, snippet } from './snippets.ts'
import { MARK } from './welcome.ts'

/** What a person is invited to. */
export interface InvitedFacts {
  readonly inviter: string
  /** Null: the person chooses. */
  readonly personId: string | null
  readonly name: string | null
  readonly role: string
  readonly team: string | undefined
}

/** A person who came in, and the key that they are shown once. */
export interface LetIn {
  readonly person: { readonly id: string; readonly name: string | null }
  readonly secret: string | null
}

export interface InvitationDoor {
  /** The address of this gateway that was set; undefined: the one that the browser came to. */
  readonly publicUrl: string | undefined
  /** @throws AppError `not_found`, the same for every token that cannot be used */
  look(token: string): Promise<InvitedFacts>
  /** @throws AppError as above; `invalid_input`, `conflict` for an id that is not available */
  accept(given: object, requestId: string): Promise<LetIn>
}

const FORM_MAX_BYTES = 16_384

export function createInvitationPage({ look }: InvitationDoor) {
  return async (request: Request): Promise<Answer> => {
    try {
      return asking(await look(tokenOf(request)))
    } catch (thrown) {
      return failure(toAppError(thrown))
    }
  }
}

/** The token in the address is proof enough: a form on another page would have to know it. */
export function createInvitationForm({ look, accept, publicUrl }: InvitationDoor) {
  return async (request: Request, requestId: string): Promise<Answer> => {
    const token = tokenOf(request)
    try {
      const form = new URLSearchParams(await readBodyText(request, FORM_MAX_BYTES))
      return welcome(
        await accept({ token, ...typedIn(form) }, requestId),
        publicUrl ?? new URL(request.url).origin,
      )
    } catch (thrown) {
      const error = toAppError(thrown)
      if (error.code !== 'invalid_input' && error.code !== 'conflict') return failure(error)
      return await look(token).then(
        (facts) => ({ ...asking(facts, error), status: ERROR_KINDS[error.code].httpStatus }),
        (lost) => failure(toAppError(lost)),
      )
    }
  }
}

/** The same for programs, in JSON. */
export function createInvitationRoute({ accept }: InvitationDoor) {
  return async (request: Request, requestId: string): Promise<Answer> => {
    const answer = await accept((await readJsonObject(request)) ?? {}, requestId)
    return { status: 200, body: JSON.stringify(answer), headers: { 'content-type': 'application/json' } }
  }
}

function tokenOf(request: Request): string {
  return new URL(request.url).pathname.split('/')[2] ?? ''
}

/** A field that was left empty is left out. */
function typedIn(form: URLSearchParams): object {
  const typed = ['id', 'name'].map((field) => [field, form.get(field)?.trim()])
  return Object.fromEntries(typed.filter(([, value]) => value))
}

const NAME_MAX_CHARS = 100
const ID_MAX_CHARS = 64

function asking({ inviter, personId, name, role, team }: InvitedFacts, error?: AppError): Answer {
  const id =
    personId === null
      ? html`<label>Your id<input name="id" required maxlength="${ID_MAX_CHARS}" autocapitalize="none" autocomplete="off" spellcheck="false" placeholder="ada"><small>A short name in lower-case letters. It stays yours and cannot be changed.</small></label>`
      : html`<p>Your id is <code>${personId}</code>.</p>`
  return pageOf(
    'Join Switchboard',
    html`<p>${inviter} invites you as ${role}${team === undefined ? '' : html`, into the team ${team}`}.</p>
${error === undefined ? '' : html`<p class="fault" role="alert">${error.message} ${error.fix ?? ''}</p>`}
<form method="post">
<label>Your name<input name="name" maxlength="${NAME_MAX_CHARS}" autocomplete="name" value="${name ?? ''}"></label>
${id}
<p><button class="button">Join</button></p>
</form>
<p class="note">You then get a key with which you and your programs sign in.</p>`,
  )
}

function welcome({ person, secret }: LetIn, url: string): Answer {
  return pageOf(
    `Welcome, ${person.name ?? person.id}`,
    html`<p>This is your key. Keep it now: it is not shown again.</p>
${snippet(secret ?? '')}
<h2>In a terminal</h2>
${snippet(`export SWITCHBOARD_URL=${url}\nexport SWITCHBOARD_KEY=${secret}\nswitchboard doctor`)}
<h2>In an MCP client, such as Claude Code</h2>
${snippet(claudeCode({ url, keysRequired: true }))}
<p class="note">Every other client takes the address <code>${url}/mcp</code> and the header <code>Authorization: Bearer</code> with your key.</p>`,
  )
}

function failure({ message, fix, code }: AppError): Answer {
  const page = pageOf('No invitation', html`<p>${message}</p>${fix === undefined ? '' : html`<p>${fix}</p>`}`)
  return { ...page, status: ERROR_KINDS[code].httpStatus }
}

const STYLE = `${PAGE_STYLE}
main { max-width: 34rem; margin: 0 auto; padding: 4rem 1.5rem; }
h1 { margin: 1.5rem 0 1rem; font-size: 1.6rem; line-height: 1.2; letter-spacing: -.02em; overflow-wrap: anywhere; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1rem; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
label { display: block; margin: 0 0 1rem; font-weight: 600; }
input { display: block; width: 100%; margin-top: .3rem; padding: .55rem .75rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); color: var(--ink); font: 400 1rem/1.4 var(--sans); }
small, .note { color: var(--soft); font-weight: 400; font-size: .875rem; }
.note { margin-top: 1.25rem; }
.fault { padding: .6rem .9rem; border: 1px solid var(--destroy); border-radius: 8px; color: var(--destroy); }
.button { padding: .6rem 1.1rem; border: 0; border-radius: 8px; background: var(--copper); color: var(--card); font: 600 1rem/1.4 var(--sans); cursor: pointer; }
`

function pageOf(title: string, body: Html): Answer {
  return renderPage({
    title,
    description: 'An invitation',
    body: html`<main><span class="brand">${MARK}Switchboard</span><h1>${title}</h1>${body}</main>`,
    style: STYLE,
    script: COPY_SCRIPT,
    formAction: "'self'",
  })
}
