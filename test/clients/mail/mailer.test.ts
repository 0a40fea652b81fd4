/** Mails over SMTP: what is sent, and what is made of each of a server's faults. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createMailer } from '../../../src/clients/mail/mailer.ts'
import { readSmtpAddress } from '../../../src/config/smtp-address.ts'
import type { Mail } from '../../../src/core/outbound/mail.ts'
import { MAIL_USER, type MailFault, type MailServer, openMailServer } from '../../support/mail/mail-server.ts'

const FROM = { address: 'switchboard@example.com', name: 'Switchboard' }
/** Milliseconds, so that a test waits little for a server that says nothing. */
const SILENCE_MAX_MS = 300
const never = () => new AbortController().signal

const MAIL: Mail = {
  id: 'delivery_1',
  to: { address: 'ada@example.com', name: 'Ada' },
  subject: 'An approval waits',
  text: 'Somebody waits.',
  html: '<p>Somebody waits.</p>',
  unsubscribeUrl: 'https://switchboard.example.com/notifications/unsubscribe/token',
}

let server: MailServer

beforeAll(async () => {
  server = await openMailServer()
})
afterAll(() => server.close())
afterEach(() => {
  server.fault = undefined
  server.received.length = 0
})

const mailerTo = (url: string) => createMailer({ server: readSmtpAddress(url), from: FROM }, SILENCE_MAX_MS)

async function send(mail: Partial<Mail> = {}, url = server.url) {
  const mailer = mailerTo(url)
  const outcome = await mailer.send({ ...MAIL, ...mail }, never())
  await mailer.close()
  return { outcome, received: server.received.at(-1) }
}

describe('a mail', () => {
  test('has both forms, a Message-ID of its own, a date, and the headers of a program', async () => {
    const { outcome, received } = await send()
    expect(outcome).toEqual({ kind: 'sent' })
    expect(received).toMatchObject({
      envelope: { from: 'switchboard@example.com', to: ['ada@example.com'] },
      text: 'Somebody waits.',
      html: '<p>Somebody waits.</p>',
      headers: {
        'message-id': '<delivery_1@example.com>',
        from: 'Switchboard <switchboard@example.com>',
        to: 'Ada <ada@example.com>',
        subject: 'An approval waits',
        'auto-submitted': 'auto-generated',
        'list-unsubscribe': '<https://switchboard.example.com/notifications/unsubscribe/token>',
        'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
      },
    })
    expect(Date.parse(received?.headers.date ?? '')).toBeGreaterThan(Date.now() - 60_000)
    expect(received?.headers['content-type']).toMatch(/^multipart\/alternative/)
  })

  test('keeps what others wrote within the header that it is for', async () => {
    const evil = 'Hi\r\nBcc: mallory@example.com\r\n\r\nbody\u2028x'
    const { received } = await send({ subject: evil, to: { address: 'ada@example.com', name: evil } })
    expect(received?.envelope.to).toEqual(['ada@example.com'])
    expect(received?.headers).not.toHaveProperty('bcc')
    expect(received?.headers.subject).toBe('Hi Bcc: mallory@example.com body x')
  })

  test('is not sent to an address with a line break in it', async () => {
    const { outcome } = await send({ to: { address: 'ada@example.com>\r\nRCPT TO:<mallory@example.com' } })
    expect(outcome.kind).toBe('refused')
    expect(server.received.flatMap(({ envelope }) => envelope.to)).not.toContain('mallory@example.com')
  })

  test('may have any characters, hosts in any script, and lines of any length', async () => {
    const long = 'Käse 🧀 '.repeat(400)
    const { received } = await send({
      to: { address: 'ada@bücher.example', name: 'Ädä "Löve" 李' },
      subject: `Grüße an ${'李'.repeat(100)}`,
      text: `${long}\n.\nEnd`,
      html: `<p>${long}</p>`,
    })
    // The stand-in shows an international host as people read it; it came as ASCII.
    expect(received?.envelope.to).toEqual(['ada@bücher.example'])
    expect(received?.headers.to).toBe('Ädä "Löve" 李 <ada@xn--bcher-kva.example>')
    expect(received?.headers.subject).toBe(`Grüße an ${'李'.repeat(100)}`)
    expect(received?.text).toBe(`${long}\n.\nEnd`)
    expect(received?.html).toBe(`<p>${long}</p>`)
    const lines = (received?.raw ?? '').split('\r\n')
    // RFC 5322, 2.1.1.
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998)
    expect(received?.raw).toMatch(/^[\x20-\x7e\r\n\t]*$/)
  })
})

describe('a server', () => {
  test.each<[MailFault, 'refused' | 'later', RegExp]>([
    ['greylisted', 'later', /Greylisted/],
    ['unknown', 'refused', /No such mailbox/],
    ['spam', 'refused', /spam/],
    ['sender', 'later', /Sender is not yours/],
    ['hanging', 'later', /Timeout/i],
    ['cut', 'later', /closed|hang up|reset/i],
  ])('that is %s: %s', async (fault, kind, why) => {
    server.fault = fault
    expect((await send()).outcome).toEqual({ kind, why: expect.stringMatching(why) })
    expect(server.received).toEqual([])
  })

  test('that takes a mail over and does not say so gets it again under the same Message-ID', async () => {
    server.fault = 'silent'
    expect((await send()).outcome.kind).toBe('later')
    server.fault = undefined
    expect((await send()).outcome.kind).toBe('sent')
    const ids = server.received.map(({ headers }) => headers['message-id'])
    expect(ids).toEqual(['<delivery_1@example.com>', '<delivery_1@example.com>'])
  })

  test('that takes too long loses the mail to a later attempt', async () => {
    server.fault = 'hanging'
    const mailer = createMailer({ server: readSmtpAddress(server.url), from: FROM })
    const stopping = new AbortController()
    const sent = mailer.send(MAIL, stopping.signal)
    await vi.waitFor(() => expect(server.hanging()).toBe(1))
    stopping.abort()
    expect(await sent).toEqual({ kind: 'later', why: 'the server took too long' })
    await mailer.close()
  })

  test('that is not there is tried again later', async () => {
    const { outcome } = await send({}, 'smtp://127.0.0.1:9')
    expect(outcome).toEqual({ kind: 'later', why: expect.stringContaining('ECONNREFUSED') })
  })

  test('is asked for many mails over few connections', async () => {
    const before = server.connections()
    const mailer = mailerTo(server.url)
    const mails = Array.from({ length: 40 }, (_, place) =>
      mailer.send({ ...MAIL, id: `many_${place}` }, never()),
    )
    expect(new Set((await Promise.all(mails)).map(({ kind }) => kind))).toEqual(new Set(['sent']))
    expect(server.received).toHaveLength(40)
    expect(server.connections() - before).toBeLessThanOrEqual(4)
    await mailer.close()
  })
})

describe('signing in', () => {
  const withPassword = (password: string) =>
    `smtp://${MAIL_USER.user}:${encodeURIComponent(password)}@127.0.0.1`

  test('uses the user and the password of SMTP_URL, and says what is wrong without repeating them', async () => {
    const strict = await openMailServer({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true })
    await mailerTo(`${withPassword(MAIL_USER.password)}:${strict.port}`).verify()
    const wrong = mailerTo(`${withPassword('not the password')}:${strict.port}`)
    await expect(wrong.verify()).rejects.toMatchObject({
      code: 'not_configured',
      message: expect.stringContaining('does not let switchboard in'),
    })
    expect((await wrong.send(MAIL, never())).kind).toBe('later')
    await strict.close()
  })

  test('is not tried without TLS, nor with a certificate of nobody', async () => {
    const plain = { host: '127.0.0.1', port: server.port, tls: 'required' } as const
    const mailer = createMailer({ server: plain, from: FROM }, SILENCE_MAX_MS)
    await expect(mailer.verify()).rejects.toMatchObject({ code: 'not_configured' })
    expect((await mailer.send(MAIL, never())).kind).toBe('later')
    expect(server.received).toEqual([])
    // The certificate that comes with the stand-in is signed by nobody.
    const unproven = await openMailServer({ secure: true, disabledCommands: ['AUTH'] })
    const over = createMailer(
      { server: { ...plain, port: unproven.port, tls: 'always' }, from: FROM },
      SILENCE_MAX_MS,
    )
    expect(await over.send(MAIL, never())).toEqual({
      kind: 'later',
      why: expect.stringMatching(/certificate/i),
    })
    await unproven.close()
  })
})
