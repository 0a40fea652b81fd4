import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { settingsOf } from '../../src/config/config.ts'
import { AppError } from '../../src/core/errors.ts'
import { systemTimeZone } from '../../src/domain/time/zones/time-zone.ts'
import { readConfig } from '../../src/start/read-config.ts'
import { openaiBaseUrl } from '../../src/tools/agents/settings.ts'
import { areas } from '../../src/tools/registry.ts'

const settings = settingsOf(areas)

function failure(environment: Record<string, string | undefined>): AppError {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('the configuration', () => {
  test('holds on this machine alone when nothing is set', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      database: undefined,
      directDatabase: undefined,
      redis: undefined,
      home: join(homedir(), '.switchboard'),
      auth: undefined,
      timeZone: systemTimeZone(),
      allowedHosts: [],
      allowedOrigins: [],
      trustedProxies: 0,
      rateLimitPerMinute: 1000,
      publicUrl: undefined,
      secrets: [],
      databaseConnections: 10,
      workerConcurrency: 5,
      leaseSeconds: 30,
      areas,
      settings: { of: expect.any(Function) },
      logLevel: 'info',
      url: undefined,
      key: undefined,
      allowsPlainHttp: false,
      warnings: [],
    })
  })

  test('takes an empty variable for one that is not set', () => {
    const { settings: _, ...empty } = readConfig({ PORT: '', DATABASE_URL: ' ', SWITCHBOARD_AUTH: '' })
    expect(empty).toEqual({ ...readConfig({}), settings: undefined })
  })

  test('reads lists, and folders from the home folder or from where it was started', () => {
    const config = readConfig({
      SWITCHBOARD_HOME: '~/data',
      SWITCHBOARD_ALLOWED_HOSTS: 'one.example, two.example:8080,',
      SWITCHBOARD_ALLOWED_ORIGINS: 'https://app.example',
    })
    expect(config.home).toBe(join(homedir(), 'data'))
    expect(config.allowedHosts).toEqual(['one.example', 'two.example:8080'])
    expect(config.allowedOrigins).toEqual(['https://app.example'])
    expect(readConfig({ SWITCHBOARD_HOME: 'here' }).home).toBe(resolve('here'))
  })

  test('asks for a folder only where a user without a home has named none', () => {
    vi.stubEnv('HOME', '')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(readConfig({ SWITCHBOARD_HOME: '/srv/switchboard' }).home).toBe('/srv/switchboard')
    for (const home of [undefined, '~', '~/data']) {
      expect(failure({ SWITCHBOARD_HOME: home }).message).toMatch(
        /^SWITCHBOARD_HOME must be set to an absolute path/,
      )
    }
  })

  test('gives the options of a command precedence over the environment', () => {
    expect(readConfig({ PORT: '4000', HOST: 'localhost' }, { PORT: '5000', HOST: undefined })).toMatchObject({
      port: 5000,
      host: 'localhost',
    })
  })

  test('names every wrong variable at once, one line each, with what it got and what it takes', () => {
    const error = failure({ PORT: '99999', LOG_LEVEL: 'loud', SWITCHBOARD_TIME_ZONE: '+02:00' })

    expect(error.code).toBe('invalid_input')
    expect(error.message.split('\n')).toEqual([
      'PORT is "99999"; it takes a port from 0 to 65535.',
      'SWITCHBOARD_TIME_ZONE is "+02:00"; it takes an IANA time zone such as Europe/Paris.',
      'LOG_LEVEL is "loud"; it takes silent, error, warn, info, debug.',
    ])
    expect(error.issues?.map(({ path }) => path)).toEqual(['PORT', 'SWITCHBOARD_TIME_ZONE', 'LOG_LEVEL'])
  })

  test.each([
    ['DATABASE_URL', 'mysql://root:hunter2@host/db'],
    ['REDIS_URL', 'hunter2'],
    ['SWITCHBOARD_SECRET', 'hunter2'],
    ['SWITCHBOARD_KEY', 'hunter2'],
  ])('never shows the value of %s, not even a wrong one', (name, value) => {
    const error = failure({ [name]: value })
    expect(error.message).toContain(`${name} is not of the right form; it takes `)
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('hunter2')
  })

  test.each([
    ['PORT', '3000.5'],
    ['PORT', '-1'],
    ['PORT', '0x10'],
    ['HOST', '127.0.0.1 evil'],
    ['SWITCHBOARD_AUTH', 'none'],
    ['SWITCHBOARD_ALLOWED_ORIGINS', 'https://app.example/path'],
    ['SWITCHBOARD_ALLOWED_ORIGINS', '*'],
    ['SWITCHBOARD_RATE_LIMIT', '0'],
    ['SWITCHBOARD_URL', 'ftp://host'],
    ['SWITCHBOARD_URL', 'http:host'],
    ['HOST', 'localhost:3000'],
    ['HOST', 'http:'],
  ])('refuses %s=%s', (name, value) => {
    expect(failure({ [name]: value }).issues).toHaveLength(1)
  })

  test.each([
    ['PORT', '"3000"', 'is in quotes'],
    ['OPENAI_API_KEY', "'sk-1'", 'is in quotes'],
    ['DATABASE_URL', '"postgres://me@host/db"', 'is in quotes'],
    ['ANTHROPIC_API_KEY', 'sk 1', 'contains a blank, a line break or a character that keys never have'],
    ['OPENAI_API_KEY', 'sk-1\nsk-2', 'contains a blank, a line break or a character that keys never have'],
    ['SWITCHBOARD_KEY', 'sb_\u2026', 'contains a blank, a line break or a character that keys never have'],
    ['OPENAI_BASE_URL', 'https://me:hunter2@host/v1', 'leave out the name and the password'],
    ['OPENAI_BASE_URL', 'https://api.openai.com/v1/chat/completions', 'leave out /chat/completions'],
    ['ANTHROPIC_BASE_URL', 'https://host/v1/messages', 'leave out /v1/messages'],
    ['ANTHROPIC_BASE_URL', 'https://host?version=1', 'leave out ? and the text after it'],
    ['SWITCHBOARD_URL', 'http://127.0.0.1:3000/mcp', 'leave out /mcp'],
    ['SWITCHBOARD_URL', 'https://host/#tools', 'leave out # and the text after it'],
    ['SWITCHBOARD_HOME', '$HOME/data', 'is not a path'],
    ['SWITCHBOARD_HOME', '~somebody/data', 'is not a path'],
    ['SWITCHBOARD_HOME', 'file:///srv', 'is not a path'],
    ['SWITCHBOARD_HOME', '/srv/a\nb', 'is not a path'],
  ])('says of %s=%s what to write instead', (name, value, said) => {
    const { message, issues } = failure({ [name]: value })
    expect(issues).toHaveLength(1)
    expect(message).toContain(`${name} `)
    expect(message).toContain(said)
    expect(message).not.toContain('hunter2')
  })

  test('shows neither the password in a wrong value nor all of a long one', () => {
    expect(failure({ PORT: 'postgres://me:hunter2@host/db' }).message).not.toContain('hunter2')
    expect(failure({ PORT: '3'.repeat(5000) }).message.length).toBeLessThan(400)
  })

  test('reads addresses as people write them', () => {
    expect(readConfig({ HOST: '[::1]' }).host).toBe('::1')
    expect(readConfig({ HOST: 'LOCALHOST' }).host).toBe('localhost')
    expect(readConfig({ SWITCHBOARD_URL: 'https://host/below/' }).url).toBe('https://host/below')
    const azure = 'https://me.openai.azure.com/openai/v1?api-version=preview'
    expect(readConfig({ OPENAI_BASE_URL: azure }).settings.of(openaiBaseUrl)).toBe(azure)
  })

  test('warns of a variable that looks like one of ours, with the nearest name, and leaves others alone', () => {
    expect(readConfig({ SWITCHBOARD_TIMEZONE: 'UTC', SWITCHBOARD_X: '1', PATH: '/bin' }).warnings).toEqual([
      'SWITCHBOARD_TIMEZONE is not a setting; the nearest is SWITCHBOARD_TIME_ZONE.',
      expect.stringContaining('SWITCHBOARD_X is not a setting'),
    ])
  })

  test('warns of an address around a pooler where there is none', () => {
    const direct = { SWITCHBOARD_DIRECT_DATABASE_URL: 'postgres://me@host/db' }
    expect(readConfig(direct).warnings).toEqual([expect.stringContaining('without DATABASE_URL')])
    expect(readConfig({ ...direct, DATABASE_URL: 'postgres://me@pooler/db' }).warnings).toEqual([])
  })

  test.each([':', 'Foo/Bar', ''])('takes UTC where the time zone of the machine is none: TZ=%s', (zone) => {
    vi.stubEnv('TZ', zone)
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(() => new Intl.DateTimeFormat('en', { timeZone: readConfig({}).timeZone })).not.toThrow()
  })

  test('describes every variable, for the configuration page', () => {
    for (const { variable: name, description, takes, default: fallback } of settings) {
      expect(name).toMatch(/^[A-Z_]+$/)
      expect(description).toMatch(/^[A-Z`].*\.$/)
      expect(takes).not.toBe('')
      expect(fallback).not.toBe('')
    }
    expect(settings.filter(({ secret }) => secret).map(({ variable }) => variable)).toEqual([
      'DATABASE_URL',
      'SWITCHBOARD_DIRECT_DATABASE_URL',
      'REDIS_URL',
      'SMTP_URL',
      'SWITCHBOARD_SECRET',
      'SWITCHBOARD_KEY',
      'ANTHROPIC_API_KEY',
      'OPENAI_API_KEY',
      'SLACK_BOT_TOKEN',
      'SLACK_CLIENT_SECRET',
      'SLACK_APP_TOKEN',
      'SLACK_SIGNING_SECRET',
      'TODOIST_API_TOKEN',
      'TODOIST_CLIENT_SECRET',
    ])
  })
})
