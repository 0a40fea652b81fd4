/** Addresses of mail servers, and the settings of mail. */

import { describe, expect, test } from 'vitest'
import { readSmtpAddress } from '../../src/config/smtp-address.ts'
import { readConfig } from '../../src/start/read-config.ts'
import { isLong } from '../support/form.ts'
import { refusalOf } from '../support/refusal.ts'

const SMTP_URL = 'smtps://me@example.com:p%40ss@smtp.example.com'

test.each([
  [
    SMTP_URL,
    { host: 'smtp.example.com', port: 465, tls: 'always', user: 'me@example.com', password: 'p@ss' },
  ],
  ['smtp://relay.example.com', { host: 'relay.example.com', port: 587, tls: 'required' }],
  ['smtp://relay:25?tls=off', { host: 'relay', port: 25, tls: 'off' }],
  ['smtp://localhost:1025', { host: 'localhost', port: 1025, tls: 'off' }],
  ['smtp://[::1]:1025/', { host: '::1', port: 1025, tls: 'off' }],
])('%s is understood', (text, address) => {
  expect(readSmtpAddress(text)).toEqual(address)
})

test.each([
  'smtp.example.com',
  'https://smtp.example.com',
  'smtp://',
  'smtp://host:0',
  'smtp://host/path',
  'smtp://host?pool=true',
  'smtps://host?tls=off',
])('%s is refused', (text) => {
  expect(() => readSmtpAddress(text)).toThrow()
})

describe('MAIL_FROM', () => {
  const from = (MAIL_FROM: string) => readConfig({ SMTP_URL, MAIL_FROM }).mail?.from

  test.runIf(isLong)('is an address, perhaps with a name', () => {
    expect(from('gate@example.com')).toEqual({ address: 'gate@example.com', name: undefined })
    expect(from('The Gate <gate@example.com>')).toEqual({ address: 'gate@example.com', name: 'The Gate' })
    expect(from('"Gate, The" <gate@example.com>')?.name).toBe('Gate, The')
  })

  test('is needed with SMTP_URL, and alone sends nothing', () => {
    expect(readConfig({ MAIL_FROM: 'gate@example.com' }).mail).toBeUndefined()
    expect(refusalOf(() => readConfig({ SMTP_URL }))).toMatchObject({
      message: 'MAIL_FROM must be set where SMTP_URL is: the address from which mails come.',
    })
    expect(refusalOf(() => from('nobody'))).toMatchObject({
      message: expect.stringContaining('MAIL_FROM is "nobody"; it takes an address such as'),
    })
  })
})
