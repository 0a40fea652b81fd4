/** What is stored and logged holds no secrets. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact, redactText } from '../../src/core/text/redact.ts'
import { cpuMsOf } from '../support/cpu-time.ts'

const letters = (length: number) => 'Ab3-'.repeat(length).slice(0, length)

describe('a text', () => {
  it.each([
    ['one of our keys', `sb_${letters(49)}`],
    ['a model key', `sk-ant-api03-${letters(40)}`],
    ['a Git token', `ghp_${'a1B2'.repeat(9)}`],
    ['a Slack token', `xoxb-1234567890-${letters(24)}`],
    ['a payment key', `sk_live_${'a1B2'.repeat(6)}`],
    ['a cloud key', 'AKIAIOSFODNN7EXAMPLE'],
    ['a web token', `eyJ${letters(20)}.eyJ${letters(40)}.${letters(43)}`],
  ])('loses %s wherever it stands', (_what, secret) => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(' ', '"', '\n', ', ', '&'),
        fc.string(),
        (before, gap, after) => {
          expect(redactText(`${before}${gap}${secret}${gap}${after}`)).not.toContain(secret)
        },
      ),
    )
  })

  it('loses the password of an address, and keeps the rest', () => {
    expect(redactText('no answer from postgres://ada:hunter2@db.example/switchboard')).toBe(
      'no answer from postgres://ada:[redacted]@db.example/switchboard',
    )
  })

  it.each([
    ['Cookie: session=hunter2hunter2; theme=dark', 'Cookie: [redacted]'],
    ['Set-Cookie: sid=hunter2hunter2; HttpOnly', 'Set-Cookie: [redacted]'],
    ['Authorization: Basic YWRhOmh1bnRlcg', 'Authorization: Basic [redacted]'],
    ['authorization: hunter2hunter2', 'authorization: [redacted]'],
    ['curl -u ada:hunter2 https://a.example', 'curl -u ada:[redacted] https://a.example'],
    ['deploy --password hunter-two --dry-run', 'deploy --password [redacted] --dry-run'],
    ['curl --user ada:hunter2 https://a.example', 'curl --user ada:[redacted] https://a.example'],
    ['mysql -u ada -phunter2 shop', 'mysql -u ada -p[redacted] shop'],
    ['sshpass -p hunter2 ssh a.example', 'sshpass -p [redacted] ssh a.example'],
    ['redis-cli -h a.example -a hunter2', 'redis-cli -h a.example -a [redacted]'],
    ['machine a.example login ada password hunter2', 'machine a.example login ada password [redacted]'],
    ['{"password":"hunter\\"2two","to":"ada"}', '{"password":"[redacted]","to":"ada"}'],
    ['{\\"password\\":\\"hunter2\\",\\"to\\":1}', '{\\"password\\":\\"[redacted]\\",\\"to\\":1}'],
    [`mail with key-${'a1b2x3d4'.repeat(4)}`, 'mail with [redacted]'],
    ['deploy --api-key hunter-two', 'deploy --api-key [redacted]'],
  ])('loses what headers and command lines say in secret: %s', (text, safe) => {
    expect(redactText(text)).toBe(safe)
  })

  it.each([
    'Call Ana at 5:30 @home #garden',
    'Password reset for Ana: token refresh broken, authorization: review flow with Bob',
    'Secret Santa: buy gifts, bake cookies: 24, --max-tokens 4096',
    'revert 3f786850e387550fdab836ed7e6dc881de23001b of 123e4567-e89b-12d3-a456-426614174000',
    'Set up cookie: choc=chip',
    'nextPageToken: CAUQAA12, ssh -p2222 a.example, docker run -p8080:80 shop',
    'see https://example.com/a:b/c@d',
    'task_01h455vb4pex5vsknk084sn02q',
    'task-management-and-planning for risk-averse-people-everywhere',
    'usb_connector_replacement_parts',
  ])('without a secret stays as it is: %s', (text) => {
    expect(redactText(text)).toBe(text)
  })
})

describe('a text made to be slow', () => {
  const CHARS = 60_000
  /** Milliseconds of processor time; a pattern that reads it anew from each beginning takes seconds. */
  const SOON_MS = 500

  it.each([
    'eyJ',
    'eyJaaaaaaaa.',
    'sb_',
    'sb_ ',
    'sk-',
    '://a:',
    ':',
    'a',
    'cookie:a=',
    'authorization:',
    ' --a-token ',
    ' -u a:',
    'mysql ',
    'redis-cli ',
    'machine a login ',
    'password="\\',
    'token:',
  ])('is read once: %s', async (part) => {
    const text = part.repeat(CHARS / part.length)
    expect(await cpuMsOf(() => redactText(text))).toBeLessThan(SOON_MS)
  })
})

describe('data', () => {
  it('loses what stands under the name of a secret, at any depth', () => {
    const names = [
      'secret',
      'apiKey',
      'api_key',
      'accessKey',
      'password',
      'passwd',
      'pwd',
      'refreshToken',
      'Authorization',
      'cookies',
    ]
    for (const name of names) {
      expect(redact({ list: [{ [name]: { deep: 'x' } }] })).toEqual({ list: [{ [name]: '[redacted]' }] })
    }
  })

  it('keeps everything else', () => {
    const plain = fc.dictionary(fc.constantFrom('title', 'notes', 'labels'), fc.jsonValue())
    const isHarmless = (value: unknown) =>
      !/secret|token|pass|pin|otp|cvv|cvc|auth|cookie|key|credential|:\/\//i.test(JSON.stringify(value))
    fc.assert(
      fc.property(plain.filter(isHarmless), (value) => {
        expect(redact(value)).toEqual(value)
      }),
    )
  })

  it('loses texts under the short names of secrets, and keeps words that end like them', () => {
    const secrets = { pass: 'x', dbPass: 'x', user_pass: 'x', pin: 1234, otp: '123456', passcode: 'x' }
    const lost = Object.fromEntries(Object.keys(secrets).map((name) => [name, '[redacted]']))
    expect(redact(secrets)).toEqual(lost)
    const plain = { pass: 12, pin: true, compass: 'north', spin: 'up', bypass: 'x', passed: 'all' }
    expect(redact(plain)).toEqual(plain)
  })

  it('keeps where a list continues', () => {
    const page = { nextPageToken: 'CAUQAA', page_token: 'b', syncToken: 'c', cursor: 'd' }
    expect(redact(page)).toEqual(page)
  })

  it('keeps how many tokens a budget has, which are no secret', () => {
    const budget = { tokens: 5_000, maxTokens: 100, tokensPerDay: 1 }
    expect(redact({ budget })).toEqual({ budget })
    expect(redact({ token: 123_456, tokens: ['x'] })).toEqual({ token: '[redacted]', tokens: '[redacted]' })
  })

  it('loses a key that stands as the name of a field', () => {
    expect(JSON.stringify(redact({ [`sb_${letters(49)}`]: 1 }))).toBe('{"[redacted]":1}')
  })
})
