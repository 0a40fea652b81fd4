/** Gateways as processes of their own on a store that outlives them, and a caller who gives every write a key. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { startProduct, type TestProcess, urlOf } from '../support/processes.ts'
import { openTestDatabase } from '../support/world/database.ts'

/**
 * Milliseconds for a test that starts several gateways, each of which takes ten seconds of processor time where others
 * keep the machine busy. A ceiling: nothing waits for it.
 */
export const SERVED_TIMEOUT_MS = 180_000

/** Where gateways of one test find their data. */
export interface Place {
  readonly environment: Record<string, string>
  /** The database's address; undefined where it is embedded. */
  readonly databaseUrl: string | undefined
}

type WhenDone = (end: () => void | Promise<void>) => void

/** A new, empty store; gone when the test is, or with the last ends that are given to `whenDone`. */
export async function openPlace(whenDone: WhenDone = onTestFinished): Promise<Place> {
  const home = mkdtempSync(join(tmpdir(), 'switchboard-faults-'))
  whenDone(() => rmSync(home, { recursive: true, force: true }))
  const embedded = embeddedIn(home)
  if (!process.env.DATABASE_URL) return embedded
  const database = await openTestDatabase()
  whenDone(() => database.close())
  return {
    environment: { ...embedded.environment, DATABASE_URL: database.url ?? '' },
    databaseUrl: database.url,
  }
}

export function embeddedIn(home: string): Place {
  const environment = {
    SWITCHBOARD_HOME: home,
    PORT: '0',
    HOST: '127.0.0.1',
    REDIS_URL: '',
    DATABASE_URL: '',
  }
  return { environment, databaseUrl: undefined }
}

export interface ServedGateway {
  readonly url: string
  readonly process: TestProcess
}

export async function startGateway({ environment }: Place): Promise<ServedGateway> {
  const served = startProduct(['serve'], environment)
  return { url: await urlOf(served), process: served }
}

export interface Answer {
  readonly status: number
  /** Whether it is the answer that was stored for an earlier call. */
  readonly replayed: boolean
  readonly body: unknown
}

/** Creates one task whose title is its key. */
export async function createKeyed(url: string, key: string): Promise<Answer> {
  const response = await fetch(`${url}/v1/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: taskNamed(key),
  })
  return {
    status: response.status,
    replayed: response.headers.get('idempotency-replayed') === 'true',
    body: await response.json(),
  }
}

export function taskNamed(title: string): string {
  return JSON.stringify({ tasks: [{ title }] })
}

/** Calls again with the same key for as long as it is told to, or the test lasts; `refused` hears what it was told. */
export async function createUntilDone(
  url: string,
  key: string,
  refused: (answer: Answer) => void = () => undefined,
): Promise<Answer> {
  for (;;) {
    const answer = await createKeyed(url, key)
    if (answer.status === 200) return answer
    refused(answer)
  }
}

interface Page {
  readonly items: readonly { readonly title: string }[]
  readonly nextCursor: string | null
}

/** The titles of all tasks, sorted. A store that is being opened again is waited for. */
export async function titlesAt(url: string): Promise<string[]> {
  const titles: string[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query: string = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const response = await fetch(`${url}/v1/tasks?limit=100${query}`)
    if (response.status === 503 && response.headers.has('retry-after')) continue
    const page = (await response.json()) as Page
    titles.push(...page.items.map(({ title }) => title))
    cursor = page.nextCursor
  }
  return titles.sort()
}
