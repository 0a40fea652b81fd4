/** A page that asks one thing, and says how it ended: it runs no script, and its forms are sent to this gateway alone. */
import type { Answer } from '../http/gate.ts'
import { type Html, html } from './html.ts'
import { PAGE_STYLE } from './page-style.ts'
import { renderPage } from './render-page.ts'
import { MARK } from './welcome.ts'

interface Heading {
  readonly title: string
  readonly description: string
}

export function questionPage({ title, description }: Heading, body: Html): Answer {
  return renderPage({
    title,
    description,
    body: html`<main><span class="brand">${MARK}Switchboard</span><h1>${title}</h1>${body}</main>`,
    style: STYLE,
    script: '',
    formAction: "'self'",
  })
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
