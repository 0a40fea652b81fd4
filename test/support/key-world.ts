/** A gateway on a socket, and a worker whose executor has runs carried out by a process with the run's key: the test. */
import { randomUUID } from 'node:crypto'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Actor } from '../../src/core/operation/actor.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import type { AgentSpecInput } from '../../src/domain/agents/spec/agent.ts'
import { commitAtOnce } from '../../src/domain/runs/transact.ts'
import { createAgent } from '../../src/tools/agents/create-agent.ts'
import { operations } from '../../src/tools/registry.ts'
import { getRun } from '../../src/tools/runs/get-run.ts'
import { startRun } from '../../src/tools/runs/start-run.ts'
import type { RunEnd, RunSession } from '../../src/workers/runs/executor.ts'
import { createLeases } from '../../src/workers/runs/leases.ts'
import { createRunWorker } from '../../src/workers/runs/run-worker.ts'
import { openFront } from './front.ts'
import { claimRun } from './world/claim-run.ts'

/** Milliseconds of a lease that no test outlives. */
const LEASE_MS = 600_000

/** What the process does with the key while the run is held. */
export type Process = (key: string, session: RunSession) => Promise<unknown>

export type KeyWorld = Awaited<ReturnType<typeof openKeyWorld>>

/** `more`: operations beside those of the product. */
export async function openKeyWorld(more: readonly Operation[] = []) {
  const front = await openFront({}, { operations: [...operations, ...more] })
  const { gateway, url } = front
  const { db, runtime, invoke } = gateway
  let carryOut: Process = async () => undefined

  /** As an executor of coding agents would: what was approved first, then the process, then whatever waits. */
  async function execute(session: RunSession): Promise<RunEnd> {
    await session.callPlanned(await session.look())
    await carryOut(await session.createKey(), session)
    const standing = await session.look()
    const seenStep = standing.run.lastStep
    const finished = { kind: 'ended', state: 'succeeded', reason: 'finished', seenStep } as const
    return session.parking(standing) ?? finished
  }

  const leases = createLeases({
    db,
    worker: 'one',
    leaseMs: LEASE_MS,
    log: runtime.log,
    watch: gateway.watch,
  })
  const worker = createRunWorker({
    ...{ runtime, invoke, leases, claims: { next: claimWanted } },
    executors: [{ name: 'process', formats: [1, 1], execute }],
  })

  let wanted = ''
  function claimWanted() {
    return commitAtOnce(runtime, (writes) => claimRun(writes, wanted, { worker: 'one', leaseMs: LEASE_MS }))
  }

  async function take(runId: string, process: Process): Promise<void> {
    carryOut = process
    wanted = runId
    await worker.work({ id: randomUUID(), data: {}, attempt: 1, signal: new AbortController().signal })
  }

  return {
    ...{ front, gateway, db, url },
    /** A run of a new agent that may call what `tools` name. */
    async start(spec: Partial<AgentSpecInput> = {}, actor: Partial<Actor> = {}): Promise<string> {
      const slug = `agent-${randomUUID()}`
      const agent = { role: 'Coder', instructions: 'Code.', executor: 'process', ...spec }
      await gateway.invoke(createAgent, { slug, ...agent }, gateway.as())
      const { output } = await gateway.invoke(startRun, { agent: slug, goal: 'Do it' }, gateway.as(actor))
      return output.run.id
    },
    /** A worker takes the run, and lets go of it when the process has ended. */
    take,
    async run(runId: string) {
      return (await gateway.invoke(getRun, { runId }, gateway.as())).output
    },
    /** A call over HTTP with a key. */
    send: (key: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      front.send(body === undefined ? 'GET' : 'POST', path, body, {
        authorization: `Bearer ${key}`,
        ...headers,
      }),
    /** An MCP client with a key. */
    async connect(key: string): Promise<Client> {
      const client = new Client({ name: 'coder', version: '1' }, { versionNegotiation: { mode: 'auto' } })
      const requestInit = { headers: { authorization: `Bearer ${key}` } }
      await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }))
      return client
    },
    async close() {
      leases.close()
      await front.close()
    },
  }
}
