/** The pages to which links in mails lead. */
import { LINK_PAGES } from '../../domain/mail/mail-links.ts'
import type { Answer } from '../http/gate.ts'
import { type ActionDoor, createActionForm, createActionPage } from './action-page.ts'
import { createUnsubscribeForm, createUnsubscribePage, type UnsubscribeDoor } from './unsubscribe-page.ts'
import { createVerifyForm, createVerifyPage, type VerifyDoor } from './verify-page.ts'

export interface MailDoors {
  readonly action: ActionDoor
  readonly unsubscribe: UnsubscribeDoor
  readonly verify: VerifyDoor
}

interface MailRoute {
  readonly path: string
  page(request: Request): Promise<Answer>
  form(request: Request, requestId: string): Promise<Answer>
}

export function mailRoutes({ action, unsubscribe, verify }: MailDoors): readonly MailRoute[] {
  const { act, unsubscribe: stop, verify: address } = LINK_PAGES
  return [
    { path: `${act.path}/:token`, page: createActionPage(action), form: createActionForm(action) },
    {
      path: `${stop.path}/:token`,
      page: createUnsubscribePage(unsubscribe),
      form: createUnsubscribeForm(unsubscribe),
    },
    { path: `${address.path}/:token`, page: createVerifyPage(verify), form: createVerifyForm(verify) },
  ]
}
