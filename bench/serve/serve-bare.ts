/** The baseline of the product: a bare Hono with prepared drizzle statements, the same ones in the same transactions. */
import { randomUUID } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { serve } from '@hono/node-server'
import { and, desc, eq, getTableColumns, isNull, ne, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import { drizzle as drizzleEmbedded } from 'drizzle-orm/pglite'
import { drizzle as drizzleServer } from 'drizzle-orm/postgres-js'
import { Hono } from 'hono'
import postgres from 'postgres'
import { LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import { auditEntries } from '../../src/domain/access/tables.ts'
import type { Db } from '../../src/domain/db/db.ts'
import { dataFolderOf } from '../../src/domain/db/embedded/open-embedded.ts'
import { inboxEvents } from '../../src/domain/inbox/tables.ts'
import { taskLinks } from '../../src/domain/tasks/store.ts'
import { tasks } from '../../src/domain/tasks/tables.ts'
import { ID_HEADER, SIGNATURE_HEADER, signatureOf } from '../reports.ts'
import type { StoreAddress } from '../stores.ts'

const { store } = JSON.parse(process.argv[2] ?? '{}') as { store: StoreAddress }

const CONNECTIONS = 10
const PAGE = 51
const PERSON = 'local'

/** One connection with its statements prepared once, which a pool that hands out any connection cannot have. */
type Connection = Awaited<ReturnType<typeof openConnections>>[number]

async function openConnections() {
  if ('home' in store) {
    const client = await PGlite.create({ dataDir: dataFolderOf(store.home), extensions: { pg_trgm } })
    return [prepared(drizzleEmbedded(client) as unknown as Db, (text) => client.exec(text))]
  }
  const { url } = store
  return Array.from({ length: CONNECTIONS }, () => {
    const client = postgres(url, { max: 1 })
    return prepared(drizzleServer(client) as unknown as Db, (text) => client.unsafe(text))
  })
}

function prepared(db: Db, run: (text: string) => PromiseLike<unknown>) {
  const p = sql.placeholder
  const links = taskLinks({ actor: { ...LOCAL_PERSON, personId: PERSON } })
  const columns = {
    ...getTableColumns(tasks),
    shownProjectId: links.shownProjectId.as('shown_project_id'),
    shownParentId: links.shownParentId.as('shown_parent_id'),
    waitsFor: links.waitsFor.as('waits_for'),
    right: links.right.as('right'),
  }
  const mine = and(eq(tasks.spaceId, PERSON), isNull(tasks.trashedAt))
  const given = and(eq(tasks.assigneeId, PERSON), ne(tasks.spaceId, PERSON), isNull(tasks.trashedAt))
  const branch = (whose: typeof mine) =>
    db.select(columns).from(tasks).where(whose).orderBy(desc(tasks.id)).limit(PAGE)
  return {
    run,
    get: db
      .select(columns)
      .from(tasks)
      .where(eq(tasks.id, p('id')))
      .prepare('bare_get'),
    list: unionAll(branch(mine), branch(given)).orderBy(sql`id desc`).limit(PAGE).prepare('bare_list'),
    insertTask: db
      .insert(tasks)
      .values({
        id: p('id'),
        personId: PERSON,
        ownerId: PERSON,
        spaceId: PERSON,
        assigneeId: p('none'),
        title: p('title'),
        notes: p('none'),
        status: 'open',
        priority: 4,
        dueSort: '9999',
        minutes: p('none'),
        labels: [],
        projectId: p('none'),
        parentId: p('none'),
        source: 'http',
        createdAt: p('now'),
        updatedAt: p('now'),
      })
      .prepare('bare_insert_task'),
    insertAudit: db
      .insert(auditEntries)
      .values({
        id: p('id'),
        at: p('now'),
        actorKind: 'person',
        actorId: PERSON,
        personId: PERSON,
        keyId: null,
        door: 'http',
        operation: 'tasks.create',
        input: p('input'),
        outcome: 'ok',
        durationMs: 1,
        requestId: p('requestId'),
      })
      .prepare('bare_insert_audit'),
    insertReport: db
      .insert(inboxEvents)
      .values({
        id: p('id'),
        source: 'bare',
        eventId: p('eventId'),
        type: 'issues',
        ownerId: PERSON,
        spaceId: PERSON,
        operation: 'tasks.create',
        body: p('body'),
        state: 'received',
        attempts: 0,
        round: 0,
        nextAt: p('now'),
        receivedAt: p('now'),
      })
      .onConflictDoNothing({ target: [inboxEvents.source, inboxEvents.eventId] })
      .returning({ id: inboxEvents.id })
      .prepare('bare_insert_report'),
  }
}

const free = await openConnections()
const waiting: ((connection: Connection) => void)[] = []

/** Lends a connection for the length of `work`. */
async function withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = free.pop() ?? (await new Promise<Connection>((resolve) => waiting.push(resolve)))
  try {
    return await work(connection)
  } finally {
    const next = waiting.shift()
    if (next) next(connection)
    else free.push(connection)
  }
}

async function inTransaction<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  await connection.run('begin')
  try {
    const result = await work()
    await connection.run('commit')
    return result
  } catch (error) {
    await connection.run('rollback')
    throw error
  }
}

const app = new Hono()
app.get('/v1/tasks', async (c) => {
  const items = await withConnection((connection) => connection.list.execute())
  return c.json({ items: items.slice(0, PAGE - 1), nextCursor: null })
})
app.get('/v1/tasks/:taskId', async (c) => {
  const [task] = await withConnection((connection) => connection.get.execute({ id: c.req.param('taskId') }))
  return task ? c.json({ task }) : c.notFound()
})
app.post('/v1/tasks', async (c) => {
  const input: { tasks: { title: string }[] } = await c.req.json()
  const id = `task_${randomUUID()}`
  const task = { id, title: input.tasks[0]?.title ?? '', now: new Date(), none: null }
  const requestId = randomUUID()
  await withConnection((connection) =>
    inTransaction(connection, async () => {
      await connection.insertTask.execute(task)
      await connection.insertAudit.execute({ id: `audit_${randomUUID()}`, now: task.now, input, requestId })
    }),
  )
  return c.json({ results: [{ ok: true, task: { id, title: task.title, status: 'open' } }] })
})

app.post('/hooks/*', async (c) => {
  const raw = new Uint8Array(await c.req.arrayBuffer())
  if (c.req.header(SIGNATURE_HEADER) !== signatureOf(raw)) return c.body(null, 401)
  const body = new TextDecoder().decode(raw)
  JSON.parse(body)
  const report = { id: `inbox_${randomUUID()}`, eventId: c.req.header(ID_HEADER), body, now: new Date() }
  const stored = await withConnection((connection) => connection.insertReport.execute(report))
  return c.json({ stored: stored.length, known: 1 - stored.length })
})

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
  process.stdout.write(`http://127.0.0.1:${port}\n`)
})
