/** A whole page that loads nothing from elsewhere and runs only its own script. */
import { createHash } from 'node:crypto'
import { raw } from 'hono/html'
import type { Answer } from '../http/gate.ts'
import { type Html, html } from './html.ts'

interface Page {
  readonly title: string
  readonly description: string
  readonly body: Html
  readonly style: string
  readonly script: string
  /** Where its forms may be sent; default: nowhere. */
  readonly formAction?: string
}

/** The logo: a plug in its jack. */
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#c2541a"/><circle cx="16" cy="16" r="8" fill="none" stroke="#fff" stroke-width="3"/><circle cx="16" cy="16" r="3" fill="#fff"/></svg>',
  )

export function renderPage({ title, description, body, style, script, formAction = "'none'" }: Page): Answer {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${description}">
<title>${title}</title>
<link rel="icon" href="${ICON}">
<style>${raw(style)}</style>
</head>
<body>
${body}
${script === '' ? '' : html`<script>${raw(script)}</script>`}
</body>
</html>
`
  return {
    status: 200,
    body: page.toString(),
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [
        "default-src 'none'",
        `style-src ${hashOf(style)}`,
        `script-src ${script === '' ? "'none'" : hashOf(script)}`,
        "connect-src 'self'",
        'img-src data:',
        "base-uri 'none'",
        `form-action ${formAction}`,
        "frame-ancestors 'none'",
      ].join('; '),
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    },
  }
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
