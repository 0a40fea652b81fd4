/** The API reference: a page of our own, generated from the operations, that loads nothing from elsewhere. */
import type { Gateway } from '../../core/area/gateway.ts'
import { ERROR_KINDS } from '../../core/errors.ts'
import { isForCallers } from '../../core/operation/catalog.ts'
import type { Operation } from '../../core/operation/operation.ts'
import type { Answer } from '../http/gate.ts'
import { operationArticle } from './docs-operation.ts'
import { DOCS_SCRIPT } from './docs-script.ts'
import { DOCS_STYLE } from './docs-style.ts'
import { type Html, html } from './html.ts'
import { COPY_SCRIPT, PAGE_STYLE } from './page-style.ts'
import { renderPage } from './render-page.ts'
import type { Reach } from './snippets.ts'
import { MARK } from './welcome.ts'

/** Serves the reference; its examples use the address under which it was requested. */
export function createDocs(gateway: Gateway, keysRequired: boolean): (request: Request) => Answer {
  let latest: { readonly url: string; readonly answer: Answer } | undefined
  return (request) => {
    const url = new URL(request.url).origin
    if (latest?.url !== url) latest = { url, answer: render(gateway, { url, keysRequired }) }
    return latest.answer
  }
}

function render(gateway: Gateway, reach: Reach): Answer {
  return renderPage({
    title: 'API reference · Switchboard',
    description: `Every operation of this gateway over HTTP, MCP and the command line.`,
    body: bodyOf(gateway, reach),
    style: PAGE_STYLE + DOCS_STYLE,
    script: COPY_SCRIPT + DOCS_SCRIPT,
  })
}

interface Area {
  readonly name: string
  readonly operations: readonly Operation[]
}

function bodyOf({ operations, version }: Gateway, reach: Reach): Html {
  const shown = operations.filter(isForCallers)
  const names = [...new Set(shown.map(({ area }) => area))]
  const areas = names.map((name) => ({ name, operations: shown.filter(({ area }) => area === name) }))
  return html`<header class="top">
  <a class="brand" href="/">${MARK}Switchboard</a><span class="where">API reference</span><span class="version">${version}</span>
  <fieldset class="choice"><legend>Show examples for</legend>
    <label><input type="radio" name="as" id="as-curl" checked>curl</label>
    <label><input type="radio" name="as" id="as-terminal">Terminal</label>
    <label><input type="radio" name="as" id="as-mcp">MCP</label>
  </fieldset>
  <input id="key" type="text" autocomplete="off" spellcheck="false" placeholder="${reach.keysRequired ? 'API key' : 'Key (optional)'}" aria-label="API key for trying calls">
</header>
<div class="layout">
<nav aria-label="Operations">
  <input id="search" type="search" placeholder="Find an operation" aria-label="Find an operation">
  ${areas.map(navigationOf)}
  <section><h2>More</h2><ul><li><a href="#errors" data-text="errors problems codes"><span class="method"></span>Errors</a></li><li><a href="/openapi.json" data-text="openapi json specification"><span class="method"></span>openapi.json</a></li></ul></section>
</nav>
<main>
${introduction(reach)}
${areas.map((area) => html`<section class="area"><h2 id="${area.name}">${area.name}</h2>${area.operations.map((operation) => operationArticle(operation, reach))}</section>`)}
${errorCodes()}
</main>
</div>`
}

function navigationOf({ name, operations }: Area): Html {
  return html`<section><h2>${name}</h2><ul>${operations.map(
    ({ name: id, noun, verb, method, summary }) =>
      html`<li><a href="#${id}" data-text="${`${id} ${method} ${summary}`.toLowerCase()}"><span class="method ${method}">${method}</span>${[noun, verb].join(' ').trim().replaceAll('_', ' ')}</a></li>`,
  )}</ul></section>`
}

function introduction({ url, keysRequired }: Reach): Html {
  const keys = keysRequired
    ? html`Send <code>Authorization: Bearer sb_…</code> with every call. <code>switchboard keys create</code> makes a key.`
    : html`None is needed on this machine. Elsewhere, send <code>Authorization: Bearer sb_…</code>.`
  return html`<section class="intro">
<h1>API reference</h1>
<p class="lead">REST under <code>${url}/v1</code>, JSON in and out. The same operations are tools at <code>${url}/mcp</code> and commands of <code>switchboard</code>: choose above how the examples are shown.</p>
<div class="notes">
<div><h3>Keys</h3><p>${keys}</p></div>
<div><h3>Safe retries</h3><p>Send <code>Idempotency-Key</code> with a write. The same key and input get the first answer again, marked <code>Idempotency-Replayed</code>.</p></div>
<div><h3>Pages</h3><p>Lists answer <code>items</code> and <code>nextCursor</code>. Pass it as <code>cursor</code> for the next page; <code>null</code> is the end.</p></div>
<div><h3>Errors</h3><p>Problem details (RFC 9457) with a stable <a href="#errors"><code>code</code></a>, a <code>fix</code>, and the <code>requestId</code> to report.</p></div>
</div>
</section>`
}

function errorCodes(): Html {
  return html`<section class="area"><h2 id="errors">Errors</h2>
<table class="codes"><thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead><tbody>${Object.entries(
    ERROR_KINDS,
  ).map(
    ([code, { httpStatus, title, retry }]) =>
      html`<tr><td><code>${code}</code></td><td>${httpStatus}</td><td>${title}${retry === 'later' ? '; the same call may succeed later' : ''}</td></tr>`,
  )}</tbody></table></section>`
}
