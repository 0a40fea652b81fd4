/** Renders a mail in both of its forms. All words may come from others: they are data in either. */
import { raw } from 'hono/html'
import { counted } from '../../core/text/counts.ts'
import { cutText } from '../../core/text/cut.ts'
import { plainLine } from '../../core/text/unsafe.ts'
import { type Html, html } from '../pages/html.ts'
import { MAIL_WIDTH_PX, STYLE_SHEET, STYLES } from './mail-style.ts'

/** Something that the reader can do in a browser, at this gateway. */
export interface MailLink {
  readonly label: string
  readonly url: string
}

/** One thing that a mail tells. */
export interface MailNote {
  /** One sentence. */
  readonly text: string
  /** When it happened, in the reader's time zone. */
  readonly when?: string | undefined
  /** Further sentences. */
  readonly more?: readonly string[] | undefined
  /** The likeliest first. */
  readonly links: readonly MailLink[]
  /** Command lines that do the same, where there are no links. */
  readonly commands?: readonly string[] | undefined
}

export interface MailContent {
  /** One at least. */
  readonly notes: readonly MailNote[]
  /** Why the reader gets it: a sentence that names them, so that a forwarded mail shows for whom it is. */
  readonly reason: string
  /** How to stop such mails. */
  readonly stop?: MailLink | undefined
}

export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Longer subjects are cut by mail programs themselves. */
const SUBJECT_MAX_CHARS = 120

export function renderMail(given: MailContent): RenderedMail {
  const content = inLines(given)
  const subject = subjectOf(content)
  return { subject, text: textOf(content), html: pageOf(content, subject).toString() }
}

/** No title and no name begins a line of its own or turns the words around it. */
function inLines({ notes, reason, ...content }: MailContent): MailContent {
  return {
    ...content,
    reason: plainLine(reason),
    notes: notes.map((note) => ({ ...note, text: plainLine(note.text), more: note.more?.map(plainLine) })),
  }
}

function subjectOf({ notes }: MailContent): string {
  const [first] = notes
  const text = first?.text ?? ''
  return cutText(
    notes.length > 1 ? `${counted(notes.length, 'thing')}: ${text}` : text,
    SUBJECT_MAX_CHARS,
    '…',
  )
}

/** Between a note and the next, and before the last lines (RFC 3676: a mail's signature). */
const TEXT_RULE = '\n\n----\n\n'

function textOf({ notes, reason, stop }: MailContent): string {
  const told = notes.map(({ text, when, more = [], links, commands = [] }) =>
    [
      ...[when, text, ...more].filter((line) => line !== undefined),
      ...links.map(({ label, url }) => `${label}: ${url}`),
      ...(commands.length > 0 ? ['On the command line:', ...commands] : []),
    ].join('\n\n'),
  )
  const ends = [reason, ...(stop === undefined ? [] : [`${stop.label}: ${stop.url}`])]
  return `${told.join(TEXT_RULE)}\n\n-- \n${ends.join('\n')}\n`
}

function pageOf({ notes, reason, stop }: MailContent, subject: string): Html {
  const [first] = notes
  const told = notes.map((note, place) => noteOf(note, { isFirst: place === 0, isAlone: notes.length === 1 }))
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
<style>${raw(STYLE_SHEET)}</style>
</head>
<body class="body" style="${STYLES.body}">
<div style="${STYLES.preview}">${first?.more?.[0] ?? reason}</div>
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td class="outer" align="center" style="${STYLES.outer}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:${MAIL_WIDTH_PX}px;text-align:left">
<tr><td class="ink" style="${STYLES.brand}"><span class="mark" style="${STYLES.mark}"></span>Switchboard</td></tr>
<tr><td class="card" style="${STYLES.card}"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
${told}
</table></td></tr>
<tr><td class="soft" style="${STYLES.footer}">${reason}${stop === undefined ? '' : html`<br><a class="soft" style="${STYLES.footerLink}" href="${stop.url}">${stop.label}</a>`}</td></tr>
</table>
</td></tr></table>
</body>
</html>
`
}

interface Standing {
  readonly isFirst: boolean
  readonly isAlone: boolean
}

function noteOf({ text, when, more = [], links, commands = [] }: MailNote, { isFirst, isAlone }: Standing) {
  const rule = isFirst ? '' : `;${STYLES.rule}`
  return html`<tr><td class="note rule" style="${STYLES.note}${rule}">
${when === undefined ? '' : html`<p class="soft" style="${STYLES.kicker}">${when}</p>`}
<p class="ink" style="${isAlone ? STYLES.lead : STYLES.item}">${text}</p>
${more.map((line) => html`<p class="soft" style="${STYLES.text}">${line}</p>`)}
${links.length === 0 ? '' : html`<div style="${STYLES.actions}">${links.map(buttonOf)}</div>`}
${commands.length === 0 ? '' : html`<p class="soft" style="${STYLES.text}">On the command line:</p>${commands.map((line) => html`<div class="command" style="${STYLES.command}">${line}</div>`)}`}
</td></tr>`
}

function buttonOf({ label, url }: MailLink, place: number): Html {
  return place === 0
    ? html`<a class="button solid" style="${STYLES.button}" href="${url}">${label}</a>`
    : html`<a class="button quiet" style="${STYLES.quiet}" href="${url}">${label}</a>`
}
