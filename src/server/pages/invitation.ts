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
  /** `as member, and into the team Garden as viewer` */
  readonly invited: string
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
    let typed: Typed = {}
    try {
      typed = typedIn(new URLSearchParams(await readBodyText(request, FORM_MAX_BYTES)))
      return welcome(await accept({ token, ...typed }, requestId), publicUrl ?? new URL(request.url).origin)
    } catch (thrown) {
      const error = toAppError(thrown)
      if (error.code !== 'invalid_input' && error.code !== 'conflict') return failure(error)
      return await look(token).then(
        (facts) => ({ ...asking(facts, { typed, error }), status: ERROR_KINDS[error.code].httpStatus }),
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

interface Typed {
  readonly id?: string
  readonly name?: string
}

/** A field that was left empty is left out. */
function typedIn(form: URLSearchParams): Typed {
  const typed = ['id', 'name'].map((field) => [field, form.get(field)?.trim()])
  return Object.fromEntries(typed.filter(([, value]) => value))
}

/** A form that was sent and not accepted. */
interface Refused {
  readonly typed: Typed
  readonly error: AppError
}

/** What is wrong, in words for somebody who sees this page alone; the error's own name operations. */
function wordsFor({ code, issues }: AppError): Record<'id' | 'name' | 'other', string | undefined> {
  const isAbout = (field: string) => issues?.some(({ path }) => path === field) ?? false
  const isTaken = code === 'conflict'
  const id = isTaken
    ? 'Somebody here has this id already. Choose another.'
    : 'Use lower-case letters, digits and . _ - alone, and begin with a letter or a digit.'
  const name = `A name has at most ${NAME_MAX_CHARS} characters.`
  const isKnown = isAbout('id') || isAbout('name')
  const other = isTaken
    ? 'Your e-mail address belongs to somebody who is here already. Ask the person who invited you.'
    : 'This could not be read. Try again.'
  return {
    id: isAbout('id') ? id : undefined,
    name: isAbout('name') ? name : undefined,
    other: isKnown ? undefined : other,
  }
}

const NAME_MAX_CHARS = 100
const ID_MAX_CHARS = 64

function asking(facts: InvitedFacts, refused?: Refused): Answer {
  const { inviter, personId, name, invited } = facts
  const fault = refused && wordsFor(refused.error)
  const typed = refused?.typed ?? {}
  const id =
    personId === null
      ? field({
          name: 'id',
          label: 'Your id',
          value: typed.id ?? '',
          hint: 'A short name in lower-case letters. It stays yours and cannot be changed.',
          attributes: html`required maxlength="${ID_MAX_CHARS}" autocapitalize="none" autocomplete="off" spellcheck="false" placeholder="ada"`,
          fault: fault?.id,
        })
      : html`<p>Your id is <code>${personId}</code>.</p>`
  return pageOf(
    'Join Switchboard',
    html`<p class="lead">${inviter} invites you ${invited}.</p>
<form method="post" class="card">
${fault?.other === undefined ? '' : html`<p class="fault" role="alert">${fault.other}</p>`}
${field({
  name: 'name',
  label: 'Your name',
  value: typed.name ?? name ?? '',
  attributes: html`maxlength="${NAME_MAX_CHARS}" autocomplete="name"`,
  fault: fault?.name,
})}
${id}
<button class="button">Join</button>
<p class="note">You then get a key with which you and your programs sign in.</p>
</form>`,
  )
}

interface Field {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly hint?: string
  readonly attributes: Html
  readonly fault: string | undefined
}

function field({ name, label, value, hint, attributes, fault }: Field): Html {
  const invalid = fault === undefined ? '' : html` aria-invalid="true" autofocus`
  const help = fault === undefined ? (hint ?? '') : html`<span class="fault" role="alert">${fault}</span>`
  return html`<label>${label}<input name="${name}" value="${value}" aria-describedby="${name}-help" ${attributes}${invalid}>
<small id="${name}-help">${help}</small></label>`
}

function welcome({ person, secret }: LetIn, url: string): Answer {
  return pageOf(
    `Welcome, ${person.name ?? person.id}`,
    html`<p>This is your key. Keep it now: it is not shown again.</p>
${snippet(secret ?? '')}
<h2>In a terminal</h2>
${snippet(`export SWITCHBOARD_URL=${url}\nexport SWITCHBOARD_KEY=${secret}\ncurl "$SWITCHBOARD_URL/v1/whoami" \\\n  -H "Authorization: Bearer $SWITCHBOARD_KEY"`)}
<p class="note">The command line <code>switchboard</code>, where it is installed, takes the same two variables.</p>
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
main { max-width: 30rem; margin: 0 auto; padding: clamp(1.5rem, 10vh, 6rem) 1.25rem 3rem; }
h1 { margin: 1.5rem 0 1rem; font-size: 1.6rem; line-height: 1.2; letter-spacing: -.02em; overflow-wrap: anywhere; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1rem; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
.lead { color: var(--soft); font-size: 1.0625rem; }
.card { margin-top: 1.5rem; padding: 1.5rem; border: 1px solid var(--line); border-radius: 14px; background: var(--card); box-shadow: var(--shadow); }
label { display: block; margin: 0 0 1rem; font-weight: 600; }
small { display: block; margin-top: .35rem; }
small:empty { display: none; }
input[aria-invalid] { border-color: var(--destroy); }
input { display: block; width: 100%; margin-top: .3rem; padding: .55rem .75rem; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); color: var(--ink); font: 400 1rem/1.4 var(--sans); }
small, .note { color: var(--soft); font-weight: 400; font-size: .875rem; }
.note { margin: 1rem 0 0; }
.fault { color: var(--destroy); }
.button { width: 100%; padding: .7rem 1.1rem; border: 0; border-radius: 8px; background: var(--copper); color: var(--card); font: 600 1rem/1.4 var(--sans); cursor: pointer; }
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
