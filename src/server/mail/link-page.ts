/** What the pages behind links of mails have in common: they run no script, and say what cannot be done. */
import { type AppError, ERROR_KINDS } from '../../core/errors.ts'
import type { Answer } from '../http/gate.ts'
import { type Html, html } from '../pages/html.ts'
import { questionPage } from '../pages/question-page.ts'

/** The most bytes of a form: a long answer, each letter of which may take several. */
export const FORM_MAX_BYTES = 131_072

/** The token is the last word of the address. */
export function tokenOf(request: Request): string {
  return new URL(request.url).pathname.split('/').filter(Boolean).at(-1) ?? ''
}

export function linkPage(title: string, body: Html): Answer {
  return questionPage({ title, description: 'A link in a mail' }, body)
}

export function linkFailure(title: string, { message, fix, code }: AppError): Answer {
  const page = linkPage(title, html`<p>${message}</p>${fix === undefined ? '' : html`<p>${fix}</p>`}`)
  return { ...page, status: ERROR_KINDS[code].httpStatus }
}
