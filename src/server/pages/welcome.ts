/** The front page: what this is, whether it works, and how to connect to it. */

import { raw } from 'hono/html'
import type { Gateway } from '../../core/area/gateway.ts'
import { isLoopback } from '../../core/loopback.ts'
import { isForCallers } from '../../core/operation/catalog.ts'
import type { Operation } from '../../core/operation/operation.ts'
import type { Answer } from '../http/gate.ts'
import type { Readiness } from '../http/health.ts'
import { type Html, html } from './html.ts'
import { COPY_SCRIPT, PAGE_STYLE } from './page-style.ts'
import { renderPage } from './render-page.ts'
import {
  claudeCode,
  claudeDesktop,
  curl,
  cursor,
  cursorLink,
  type Reach,
  snippet,
  terminal,
} from './snippets.ts'
import { patchPanel } from './welcome-panel.ts'
import { WELCOME_STYLE } from './welcome-style.ts'

export interface WelcomeParts {
  readonly gateway: Gateway
  readonly keysRequired: boolean
  readonly command?: readonly string[] | undefined
  ready(): Promise<Readiness>
  /** The sign that a request was forwarded. Absent: forwarding cannot be recognized, so no caller counts as local. */
  signOfForwarding?(request: Request): string | undefined
}

const DESCRIPTION =
  'Tasks, projects and the agents that work on them, through MCP, HTTP and the command line.'

/** Answers people with a page, and programs with the same facts as JSON. */
export function createWelcome(parts: WelcomeParts): (request: Request) => Promise<Answer> {
  return async (request) => {
    const readiness = await parts.ready()
    const { keysRequired, command } = parts
    const { origin, hostname } = new URL(request.url)
    // Anyone may see this page, even through a proxy or a name of theirs that leads here. The command, which names
    // local folders, is only for the person at this machine.
    const seemsDirect = parts.signOfForwarding !== undefined && parts.signOfForwarding(request) === undefined
    const isHere = !keysRequired && isLoopback(hostname) && seemsDirect
    const reach = { url: origin, keysRequired, command: isHere ? command : undefined }
    const answer = request.headers.get('accept')?.includes('text/html')
      ? renderPage({
          title: 'Switchboard',
          description: DESCRIPTION,
          body: bodyOf(parts.gateway, reach, readiness),
          style: PAGE_STYLE + WELCOME_STYLE,
          script: COPY_SCRIPT,
        })
      : factsOf(parts.gateway, reach, readiness)
    return { ...answer, headers: { ...answer.headers, vary: 'Accept' } }
  }
}

function factsOf({ operations, version }: Gateway, { url, keysRequired }: Reach, { ok }: Readiness): Answer {
  const facts = {
    name: 'switchboard',
    version,
    description: DESCRIPTION,
    status: ok ? 'ready' : 'not_ready',
    keysRequired,
    operations: operations.filter(isForCallers).length,
    mcp: `${url}/mcp`,
    http: `${url}/v1`,
    openapi: `${url}/openapi.json`,
    docs: `${url}/docs`,
  }
  return { status: 200, body: JSON.stringify(facts), headers: { 'content-type': 'application/json' } }
}

function bodyOf({ operations, version }: Gateway, reach: Reach, readiness: Readiness): Html {
  const counts = new Map<string, number>()
  for (const { area } of operations.filter(isForCallers)) counts.set(area, (counts.get(area) ?? 0) + 1)
  const areas = [...counts].map(([name, count]) => ({ name, count }))
  return html`<div class="wrap">
<header class="top">
  <a class="brand" href="/">${MARK}Switchboard</a><span class="version">${version}</span>
  ${statusOf(readiness)}
</header>
<main>
<section class="hero">
  <div>
    <h1>Every door,<br>one list.</h1>
    <p class="lead">Switchboard keeps tasks and projects, and runs the agents that work on them. What anybody does through MCP, HTTP or the command line, all of them see.</p>
    <p class="actions"><a class="button" href="/docs">API reference</a><a href="/openapi.json">openapi.json</a></p>
  </div>
  ${patchPanel(['MCP', 'HTTP', 'Terminal'], areas)}
</section>
<section class="connect">
  <h2>Connect</h2>
  <p class="lead">${keysLine(reach)}</p>
  <div class="cards">${cardsOf(reach, operations)}</div>
</section>
</main>
<footer><p>MCP at <code>${reach.url}/mcp</code></p><p>HTTP under <code>${reach.url}/v1</code></p><p><a href="/healthz">Health</a> <a href="/readyz">Readiness</a></p></footer>
</div>`
}

export const MARK = raw(
  '<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9" fill="var(--copper)"/><circle cx="16" cy="16" r="8" fill="none" stroke="var(--card)" stroke-width="3"/><circle cx="16" cy="16" r="3" fill="var(--card)"/></svg>',
)

function statusOf({ ok, checks }: Readiness): Html {
  const failed = Object.keys(checks).filter((name) => checks[name] === 'failed')
  return ok
    ? html`<span class="status good">Ready</span>`
    : html`<span class="status bad">Not ready${failed.length > 0 ? `: ${failed.join(', ')}` : ''}</span>`
}

function keysLine({ keysRequired }: Reach): Html {
  return keysRequired
    ? html`Every call needs an API key. Make one where the gateway runs with <code>switchboard keys create</code>, and keep it in <code>SWITCHBOARD_KEY</code>.`
    : html`On this machine no key is needed for tasks, projects, agents and their runs. What lasts, such as a key, is made on the command line: <code>switchboard keys create</code>.`
}

function cardsOf(reach: Reach, operations: readonly Operation[]): Html {
  return html`
<article><h3>Claude Code</h3><p>Run once, in any folder.</p>${snippet(claudeCode(reach))}</article>
${curlCard(reach, operations)}
<article><h3>Claude Desktop</h3><p>Into <code>claude_desktop_config.json</code>, then restart it.</p>${snippet(claudeDesktop(reach))}</article>
<article><h3>Cursor</h3><p><a href="${cursorLink(reach)}">Add it with one click</a>, or put this into <code>.cursor/mcp.json</code>.</p>${snippet(cursor(reach))}</article>
${agentsCard(reach, operations)}`
}

/** A first step as a request. */
function curlCard(reach: Reach, operations: readonly Operation[]): Html | undefined {
  const operation = operations.find(({ firstStep }) => firstStep !== undefined)
  if (operation?.firstStep === undefined) return undefined
  const { input, why } = operation.firstStep
  const sentence = `${why.charAt(0).toUpperCase()}${why.slice(1)}.`
  return html`<article><h3>curl</h3><p>${sentence}</p>${snippet(curl(reach, operation, input))}</article>`
}

/** A first step that starts something to watch. */
function agentsCard({ command }: Reach, operations: readonly Operation[]): Html | undefined {
  const operation = operations.find(({ firstStep, task }) => firstStep !== undefined && task !== undefined)
  if (operation?.firstStep === undefined) return undefined
  const typed = terminal(operation, operation.firstStep.input, command?.join(' '))
  return html`<article class="wide"><h3>Agents</h3><p>Send one after a goal and watch it, once the gateway has the key of a model.</p>${snippet(`${typed} --watch`)}</article>`
}
