/** Mails in both of their forms: what others wrote is text in either. */
import { expect, test } from 'vitest'
import { type MailContent, renderMail } from '../../../src/server/mail/render-mail.ts'

const EVIL = `<img src=x onerror="alert(1)"> "quoted" & 'more' https://evil.example/?a=1&b=2`

const mail: MailContent = {
  notes: [
    {
      text: EVIL,
      when: 'Wednesday 4 March, 09:00',
      links: [
        { label: 'Approve', url: 'https://gate.example.com/notifications/act/sb_link_x?choose=0' },
        { label: 'Reject', url: 'https://gate.example.com/notifications/act/sb_link_x?choose=1' },
      ],
    },
  ],
  reason: `This mail is for ${EVIL}.`,
  stop: { label: 'Stop these mails', url: 'https://gate.example.com/notifications/unsubscribe/sb_link_y' },
}

test('what others wrote is shown as they wrote it, and leads nowhere', () => {
  const { html, text, subject } = renderMail(mail)
  expect(html).not.toContain('<img')
  expect(html.match(/ href="[^"]*"/g)).toEqual([
    ' href="https://gate.example.com/notifications/act/sb_link_x?choose=0"',
    ' href="https://gate.example.com/notifications/act/sb_link_x?choose=1"',
    ' href="https://gate.example.com/notifications/unsubscribe/sb_link_y"',
  ])
  expect(html).not.toMatch(/<(script|link|iframe|form)|<[^>]* src=|url\(/i)
  expect(text).toContain(EVIL)
  expect(subject).toBe(EVIL)
})

test('the plain form says all that the other does', () => {
  expect(
    renderMail({
      ...mail,
      notes: [{ ...mail.notes[0], text: 'An agent waits', links: mail.notes[0]?.links ?? [] }],
    }).text,
  ).toBe(`Wednesday 4 March, 09:00

An agent waits

Approve: https://gate.example.com/notifications/act/sb_link_x?choose=0

Reject: https://gate.example.com/notifications/act/sb_link_x?choose=1

-- 
This mail is for ${EVIL}.
Stop these mails: https://gate.example.com/notifications/unsubscribe/sb_link_y
`)
})

test('no title begins a line of its own, or turns the words around it', () => {
  const text = 'Pay\r\nApprove: https://evil.example\u2028\u202egnihton\u2066'
  const { text: plain, subject } = renderMail({ notes: [{ text, more: [text], links: [] }], reason: text })
  const line = 'Pay Approve: https://evil.example gnihton'
  expect([subject, ...plain.split('\n').filter((each) => each.includes('evil'))]).toEqual(
    new Array(4).fill(line),
  )
})

test('several things are one mail, whose subject says how many', () => {
  const note = (text: string) => ({ text, links: [], commands: [`switchboard show ${text}`] })
  const { subject, text, html } = renderMail({ notes: ['one', 'two', 'three'].map(note), reason: 'For Ada.' })
  expect(subject).toBe('3 things: one')
  expect(text.split('----')).toHaveLength(3)
  expect(text).toContain('On the command line:\n\nswitchboard show two')
  expect(html.match(/class="note/g)).toHaveLength(3)
})
