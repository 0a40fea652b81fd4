/** Hono's templates, typed: every value is escaped unless it is HTML itself. */
import { html as template } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

export type Html = HtmlEscapedString

type Value = Html | string | number | undefined | readonly Value[]

/** Hono answers with a promise where a value is one; `Value` allows neither promises nor objects. */
export const html = template as (parts: TemplateStringsArray, ...values: readonly Value[]) => Html
