/** What the pages behind links of mails have in common: they run no script, and say what cannot be done. */
import { type AppError, ERROR_KINDS } from '../../core/errors.ts'
import type { Answer } from '../http/gate.ts'
import { type Html, html } from '../pages/html.ts'
import { PAGE_STYLE } from '../pages/page-style.ts'
import { renderPage } from '../pages/render-page.ts'
import { MARK } from '../pages/welcome.ts'

/** The most bytes of a form: a long answer, each letter of which may take several. */
export const FORM_MAX_BYTES = 131_072

/** The token is the last word of the address. */
export function tokenOf(request: Request): string {
  return new URL(request.url).pathname.split('/').filter(Boolean).at(-1) ?? ''
}

export function linkPage(title: string, body: Html): Answer {
  return renderPage({
    title,
    description: 'A link in a mail',
    body: html`<main><span class="brand">${MARK}Switchboard</span><h1>${title}</h1>${body}</main>`,
    style: STYLE,
    script: '',
    formAction: "'self'",
  })
}

export function linkFailure(title: string, { message, fix, code }: AppError): Answer {
  const page = linkPage(title, html`<p>${message}</p>${fix === undefined ? '' : html`<p>${fix}</p>`}`)
  return { ...page, status: ERROR_KINDS[code].httpStatus }
}

const STYLE = `${PAGE_STYLE}
main { max-width: 36rem; margin: 0 auto; padding: 4rem 1.5rem; }
h1 { margin: 1.5rem 0 1rem; font-size: 1.6rem; line-height: 1.25; letter-spacing: -.02em; overflow-wrap: anywhere; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
ul { margin: 0 0 1.25rem; padding-left: 1.25rem; list-style: disc; }
pre { margin: 0 0 1.25rem; padding: .9rem 1rem; border: 1px solid var(--line); border-radius: 10px; background: var(--sunk); white-space: pre-wrap; overflow-wrap: anywhere; }
label { display: block; margin: 0 0 1.1rem; font-weight: 600; }
textarea { display: block; width: 100%; min-height: 5.5rem; margin-top: .35rem; padding: .55rem .75rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); color: var(--ink); font: 400 1rem/1.5 var(--sans); resize: vertical; }
label.choice { display: flex; gap: .6rem; align-items: baseline; margin: 0 0 .6rem; font-weight: 400; }
.note { margin-top: 1.5rem; color: var(--soft); font-size: .875rem; }
.fault { padding: .6rem .9rem; border: 1px solid var(--destroy); border-radius: 8px; color: var(--destroy); }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1.25rem 0 0; }
.button { padding: .6rem 1.2rem; border: 1px solid var(--copper); border-radius: 8px; background: var(--copper); color: var(--card); font: 600 1rem/1.4 var(--sans); cursor: pointer; }
.button.quiet { border-color: var(--line); background: var(--card); color: var(--ink); }
.button.quiet:hover { border-color: var(--faint); }
@media (max-width: 480px) { main { padding: 2.5rem 1.25rem; } .button { flex: 1 1 100%; } }
`
