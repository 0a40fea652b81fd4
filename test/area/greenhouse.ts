/** An area as an embedder writes one, outside the product: a file for all that the product's areas have in folders. */
import { createHmac } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import { defineArea } from '../../src/core/area/area.ts'
import { defineCheck } from '../../src/core/area/check.ts'
import { defineCommand } from '../../src/core/area/command.ts'
import { defineConnector } from '../../src/core/area/connector.ts'
import { defineExpiry } from '../../src/core/area/expiry.ts'
import { defineHomeSection } from '../../src/core/area/home-section.ts'
import { defineHook } from '../../src/core/area/hook.ts'
import { defineJob } from '../../src/core/area/job.ts'
import { defineMessage } from '../../src/core/area/message.ts'
import { defineSetting } from '../../src/core/area/setting.ts'
import { key } from '../../src/core/area/setting-forms.ts'
import { defineSweep } from '../../src/core/area/sweep.ts'
import { AppError, notFound } from '../../src/core/errors.ts'
import { defineIntent } from '../../src/core/intent/intent.ts'
import { defineEvent } from '../../src/core/operation/event.ts'
import { exampleId } from '../../src/core/operation/ids.ts'
import { defineKind, idOrRef, refOf } from '../../src/core/operation/kind.ts'
import { defineOperation } from '../../src/core/operation/operation.ts'
import { numbered } from '../../src/domain/access/numbered.ts'
import { isOwnAffair } from '../../src/domain/notifications/sight.ts'
import { accountOperationsOf } from '../../src/tools/accounts/account-operations.ts'

const beds = pgTable('greenhouse_beds', {
  id: text().primaryKey(),
  number: integer().notNull().generatedAlwaysAsIdentity(),
  personId: text().notNull(),
  plant: text().notNull(),
  waterings: integer().notNull(),
  wateredAt: timestamp({ withTimezone: true }),
})

/** The table as an embedder makes it, in a migration of its own. */
export const CREATE_BEDS = `create table if not exists greenhouse_beds (
  id text primary key, number integer unique generated always as identity,
  "personId" text not null, plant text not null,
  waterings integer not null, "wateredAt" timestamptz)`

const sensorKey = defineSetting({
  variable: 'GREENHOUSE_SENSOR_KEY',
  description: 'Key of the sensors in the greenhouse.',
  takes: 'a key',
  default: 'none',
  secret: true,
  schema: key.optional(),
})

export const bedKind = defineKind({
  name: 'bed',
  letters: 'GB',
  ...numbered(beds, ({ actor }) => eq(beds.personId, actor.personId)),
})

const Bed = z.object({ id: z.string(), ref: z.string(), plant: z.string(), waterings: z.int() })

const createBed = defineOperation({
  name: 'greenhouse.beds.create',
  summary: 'Plant a bed.',
  route: 'POST /v1/greenhouse/beds',
  input: z.object({ plant: z.string().min(1).max(100) }),
  output: z.object({ bed: Bed }),
  scope: 'greenhouse:write',
  effect: 'write',
  repeat: 'keyed',
  example: { plant: 'Beans' },
  async run({ plant }, ctx) {
    const bed = { id: ctx.newId('bed'), plant, waterings: 0 }
    const row = { ...bed, personId: ctx.actor.personId, wateredAt: null }
    const [{ number } = { number: 0 }] = await ctx.db.insert(beds).values(row).returning()
    return { bed: { ...bed, ref: refOf(bedKind, number) } }
  },
  tell: ({ bed }) => `Planted ${bed.plant} (${bed.ref}).`,
})

const getBed = defineOperation({
  name: 'greenhouse.beds.get',
  summary: 'Get one bed.',
  route: 'GET /v1/greenhouse/beds/:bedId',
  input: z.object({ bedId: idOrRef(bedKind) }),
  output: z.object({ bed: Bed }),
  scope: 'greenhouse:read',
  effect: 'read',
  repeat: 'natural',
  example: { bedId: exampleId('bed') },
  async run({ bedId }, ctx) {
    const [bed] = await ctx.db.select().from(beds).where(eq(beds.id, bedId))
    if (bed?.personId !== ctx.actor.personId) throw notFound('bed', bedId)
    return {
      bed: { id: bed.id, ref: refOf(bedKind, bed.number), plant: bed.plant, waterings: bed.waterings },
    }
  },
  tell: ({ bed }) => `${bed.ref} ${bed.plant}: watered ${bed.waterings} times.`,
})

const waterBeds = defineOperation({
  name: 'greenhouse.water',
  summary: 'Water the beds of all people.',
  route: 'POST /v1/greenhouse/water',
  input: z.object({}),
  output: z.object({ watered: z.int() }),
  scope: 'admin',
  effect: 'write',
  repeat: 'keyed',
  example: {},
  async run(_input, ctx) {
    const all = await ctx.db.select().from(beds)
    for (const { id, waterings } of all) {
      const watered = { waterings: waterings + 1, wateredAt: ctx.now }
      await ctx.db.update(beds).set(watered).where(eq(beds.id, id))
    }
    return { watered: all.length }
  },
  tell: ({ watered }) => `Watered ${watered} beds.`,
})

/** Where the sensors answer; the key above is for those in the house itself. */
const sensorsUrl = defineSetting({
  variable: 'GREENHOUSE_SENSORS_URL',
  description: 'Address of the sensors of people.',
  takes: 'an address',
  default: 'http://127.0.0.1:9',
  schema: z.string().default('http://127.0.0.1:9'),
})

interface SensorClient {
  ask(path: string, signal: AbortSignal): Promise<{ id: string; name: string; degrees: number }>
}

declare module '../../src/core/area/connector.ts' {
  interface AccountClients {
    readonly sensors: SensorClient
  }
}

export const sensors = defineConnector<SensorClient>({
  name: 'sensors',
  title: 'Sensors',
  connecting: { kind: 'token', whereToFind: 'It is printed on the box.' },
  open: ({ token, settings, refused }) => ({
    async ask(path, signal) {
      const headers = { authorization: `Bearer ${token}` }
      const answer = await fetch(`${settings.of(sensorsUrl)}${path}`, { headers, signal })
      if (answer.status === 401) throw refused(new Error(`401 for ${token}`))
      if (answer.status === 507) throw new AppError('unavailable', `The sensors sleep, said ${token}.`)
      if (!answer.ok) throw new Error(`${answer.status} with ${token}`)
      return (await answer.json()) as Awaited<ReturnType<SensorClient['ask']>>
    },
  }),
  check: (client, signal) => client.ask('/me', signal),
})

const measure = defineOperation({
  name: 'greenhouse.measure',
  summary: 'Measure the temperature with your sensors.',
  route: 'POST /v1/greenhouse/measure',
  input: z.object({ accountId: z.string().optional() }),
  output: z.object({ degrees: z.number() }),
  scope: 'greenhouse:write',
  effect: 'write',
  repeat: 'natural',
  outside: 'idempotent',
  example: {},
  async reach({ accountId }, ctx) {
    return await (await ctx.account('sensors', accountId)).ask('/degrees', ctx.signal)
  },
  run: async (_input, _ctx, { degrees }) => ({ degrees }),
  tell: ({ degrees }) => `${degrees} degrees.`,
})

/** What the sensors report: that somebody put a plant into a bed. */
const Reported = z.object({
  id: z.string(),
  plant: z.string(),
  gardener: z.string().optional(),
  box: z.string().optional(),
  row: z.string().optional(),
})

export function signatureOf(report: string | Uint8Array, sensorsKey: string): string {
  return createHmac('sha256', sensorsKey).update(report).digest('hex')
}

const sensorReports = defineHook({
  path: 'greenhouse',
  secrets: [sensorKey],
  verify: (raw, headers, { GREENHOUSE_SENSOR_KEY = '' }) =>
    headers.get('x-signature') === signatureOf(raw, GREENHOUSE_SENSOR_KEY),
  events(body) {
    const { id, plant, gardener, box, row } = Reported.parse(body)
    return [
      {
        eventId: id,
        type: 'planted',
        operation: createBed.name,
        input: { plant },
        ...(gardener !== undefined && { owner: gardener }),
        ...(box !== undefined && { owner: { connector: 'sensors', outsideId: box } }),
        ...(row !== undefined && { orderKey: row }),
      },
    ]
  },
})

/** The boxes of visitors sign nothing: a report comes from whom its URL belongs to. */
const boxReports = defineHook({
  path: 'greenhouse-box',
  secrets: [],
  onlyAtUrls: true,
  verify: () => true,
  events: sensorReports.events,
})

/** Milliseconds between two waterings. */
const WATER_EVERY_MS = 1000

const bedWatered = defineEvent({
  name: 'greenhouse.beds.watered',
  version: 1,
  summary: 'A bed was watered.',
  payload: z.object({ bedId: z.string() }),
  scope: 'greenhouse:read',
  example: { bedId: exampleId('bed') },
})

export const greenhouse = defineArea({
  name: 'greenhouse',
  ids: [bedKind],
  scopes: {
    'greenhouse:read': {},
    'greenhouse:write': { agents: 'plants are for people', keyless: true },
  },
  operations: [createBed, getBed, waterBeds, measure, ...accountOperationsOf('greenhouse', sensors)],
  commands: [defineCommand(['garden', 'water'], waterBeds)],
  settings: [sensorKey, sensorsUrl],
  checks: [
    defineCheck({
      name: 'Sensors',
      examine: (settings) =>
        settings.of(sensorKey) === undefined
          ? { state: 'warn', found: 'no key', fix: 'Set GREENHOUSE_SENSOR_KEY.' }
          : { state: 'ok', found: `answer to ${settings.of(sensorKey)}` },
    }),
  ],
  jobs: [
    defineJob({
      name: 'greenhouse-water',
      when: { everyMs: WATER_EVERY_MS },
      operation: waterBeds,
      input: {},
    }),
  ],
  sweeps: [defineSweep({ name: 'wilted', run: async () => undefined })],
  expires: [defineExpiry({ name: 'beds', deletePast: async () => 0 })],
  hooks: [sensorReports, boxReports],
  events: [bedWatered],
  messages: [
    defineMessage({
      event: bedWatered,
      title: 'Somebody waters your bed',
      isUrgent: false,
      text: ({ bedId }) => `${bedId} was watered.`,
      isSeen: isOwnAffair,
    }),
  ],
  connectors: [sensors],
  intents: [
    defineIntent({
      name: 'plant-bed',
      order: 899,
      says: ['plant <plant>'],
      example: 'plant beans',
      does: 'Plant a bed',
      operation: createBed,
      input: ({ words: { plant = '' } }) => ({ plant }),
      about: ({ bed: { ref, plant } }) => [{ ref, name: plant }],
    }),
  ],
  home: [defineHomeSection({ title: 'Greenhouse', order: 100, operation: getBed, input: { bedId: 'GB-1' } })],
})
