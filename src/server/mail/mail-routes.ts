/** The pages to which links in mails lead. */
import { LINK_PAGES } from '../../domain/mail/mail-links.ts'
import type { Answer } from '../http/gate.ts'
import { type ActionDoor, createActionForm, createActionPage } from './action-page.ts'
import { createUnsubscribeForm, createUnsubscribePage, type UnsubscribeDoor } from './unsubscribe-page.ts'

export interface MailDoors {
  readonly action: ActionDoor
  readonly unsubscribe: UnsubscribeDoor
}

interface MailRoute {
  readonly path: string
  page(request: Request): Promise<Answer>
  form(request: Request, requestId: string): Promise<Answer>
}

export function mailRoutes({ action, unsubscribe }: MailDoors): readonly MailRoute[] {
  const { act, unsubscribe: stop } = LINK_PAGES
  return [
    { path: `${act.path}/:token`, page: createActionPage(action), form: createActionForm(action) },
    {
      path: `${stop.path}/:token`,
      page: createUnsubscribePage(unsubscribe),
      form: createUnsubscribeForm(unsubscribe),
    },
  ]
}
