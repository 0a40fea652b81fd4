/** A gateway that notifies people in Slack, the workspace that they are in, and what they press there. */
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { createSlackApi } from '../../src/clients/slack/web-api.ts'
import type { Actor } from '../../src/core/operation/actor.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import type { Channel } from '../../src/domain/notifications/channel.ts'
import { planSending } from '../../src/domain/notifications/sending/plan.ts'
import { outbox } from '../../src/domain/outbox/tables.ts'
import { takeDue } from '../../src/domain/outbox/take-due.ts'
import { personIdentities } from '../../src/domain/people/tables.ts'
import { actorOf } from '../../src/domain/runs/hold/acting-run.ts'
import { lockRun } from '../../src/domain/runs/hold/wake-run.ts'
import { startRun as startRunOf } from '../../src/domain/runs/moves/start-run.ts'
import { RunTemplate } from '../../src/domain/runs/run-start.ts'
import type { StoredPost } from '../../src/domain/slack/post.ts'
import { readPost } from '../../src/domain/slack/posts/rows.ts'
import { markSent } from '../../src/domain/slack/posts/sent.ts'
import { slackPosts } from '../../src/domain/slack/posts/tables.ts'
import { registerWorkspace } from '../../src/domain/slack/workspaces.ts'
import { prepareHome, refreshHomes } from '../../src/slack/home/publish-home.ts'
import { type PressParts, preparePress } from '../../src/slack/interact/handle-press.ts'
import { answerPress } from '../../src/slack/interact/open-form.ts'
import { settleNotes } from '../../src/slack/notify/settle-notes.ts'
import { createSlackChannel } from '../../src/slack/notify/slack-channel.ts'
import { readConfig } from '../../src/start/read-config.ts'
import { createPerson } from '../../src/tools/people/create-person.ts'
import { operations } from '../../src/tools/registry.ts'
import { startRun } from '../../src/tools/runs/start-run.ts'
import { deliverBundle } from '../../src/workers/deliver/deliver-bundle.ts'
import { ManualClock } from '../support/slack/clock.ts'
import { type SlackStandIn, startSlack } from '../support/slack/start-slack.ts'
import type { User } from '../support/slack/world/user.ts'
import type { Json, Message, View } from '../support/slack/world/wire.ts'
import type { Workspace } from '../support/slack/world/workspace.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'
import { createRunDriver, type RunDriver } from '../support/world/drive-run.ts'
import { SOME_MODEL } from '../support/world/some-model.ts'

export interface PressingWorld {
  readonly gateway: TestGateway
  readonly slack: SlackStandIn
  readonly acme: Workspace
  readonly channel: Channel
  readonly worker: RunDriver
  /** What presses have said in conversations. */
  readonly said: readonly { readonly say: string; readonly by: string }[]
  run<Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    input: z.input<Input>,
    as?: Partial<Actor>,
  ): Promise<z.output<Output>>
  /** A person of the gateway who is in Slack. */
  person(id: string, name?: string): Promise<{ readonly user: User; readonly actor: Partial<Actor> }>
  /** A run of the person that waits for an approval; `above`: the run that delegated it. */
  asks(person: Partial<Actor>, above?: string): Promise<{ runId: string; approvalId: string }>
  /** Hands over and sends all that is due now, and changes what was settled. */
  send(): Promise<void>
  /** The home tab of a user, which they open. */
  homeOf(user: User): Promise<View>
  /** Draws the home tabs again that have changed; answers with how often Slack was told. */
  refresh(): Promise<number>
  /** The last message to a user. */
  lastTo(user: User): Message | undefined
  close(): Promise<void>
}

const POST_EVENT = 'slack.post'
const SECOND_MS = 1_000

export async function openPressingWorld(): Promise<PressingWorld> {
  const clock = new ManualClock()
  const slack = await startSlack({ clock })
  const acme = slack.world.workspace('Acme')
  const api = createSlackApi(slack.apiUrl)
  const token = acme.installation.botToken
  const app = {
    api,
    botToken: token,
    tokenOf: async () => token,
    appToken: undefined,
    isSigned: true,
    emailDomains: [],
  }
  const gateway = await openTestGateway({
    ...{ operations, models: SOME_MODEL, slack: app, channels: [{ name: 'slack' }] },
    now: new Date(clock.now()),
  })
  const { db, runtime, database } = gateway
  const signal = new AbortController().signal
  await registerWorkspace({ db, app, now: runtime.now(), signal })
  const channel = createSlackChannel({
    ...{ whyOff: undefined, operations, newId: runtime.newId, now: runtime.now },
    ...{ publish: runtime.publish, transaction: database.transaction },
  })
  const worker = createRunDriver(gateway)
  const run: PressingWorld['run'] = async (operation, input, as) =>
    (await gateway.invoke(operation, input, gateway.as(as))).output

  async function post(): Promise<void> {
    const isWaiting = and(eq(outbox.event, POST_EVENT), eq(outbox.state, 'waiting'))
    for (const row of await db.select().from(outbox).where(isWaiting).orderBy(outbox.position)) {
      clock.advance(SECOND_MS)
      await sendPost(row.eventId, readPost(row))
      await db.update(outbox).set({ state: 'delivered' }).where(eq(outbox.eventId, row.eventId))
    }
  }

  async function sendPost(id: string, post: StoredPost): Promise<void> {
    if (post.kind === 'file') throw new Error('no file is sent here')
    const { channel, text, blocks } = post
    const user = slack.world.users.get(channel)
    const place = { channel: user === undefined ? channel : acme.dm(user).id, text, blocks }
    if (post.kind === 'response') throw new Error('no message here is for one user alone')
    if (post.kind === 'edit') {
      const ts = 'ts' in post.of ? post.of.ts : await sentTs(post.of.postId)
      await call('chat.update', { ...place, ts })
    } else if (post.onlyFor === undefined) {
      const { ts } = await call('chat.postMessage', { ...place, thread_ts: post.threadTs })
      await markSent(db, id, { channel: place.channel, ts: String(ts) })
    } else await call('chat.postEphemeral', { ...place, thread_ts: post.threadTs, user: post.onlyFor })
  }

  async function sentTs(postId: string): Promise<string | null | undefined> {
    const [row] = await db.select().from(slackPosts).where(eq(slackPosts.id, postId))
    return row?.sentTs
  }

  async function call(method: string, args: object): Promise<Readonly<Record<string, unknown>>> {
    const done = await api.call(method, args, { token, signal })
    if (done.kind !== 'ok') throw new Error(`${method}: ${JSON.stringify(done)}`)
    return done.body
  }

  const start = async (person: Partial<Actor>) =>
    (await run(startRun, { agent: 'assistant', goal: 'Plan' }, person)).run

  async function delegate(above: string) {
    const stepId = await worker.plan(above, { name: 'delegate', operation: null, input: {} })
    return await worker.write(async (writes) => {
      const parent = { run: await lockRun(writes.db, above), stepId }
      const ctx = { ...runtime.resources, ...writes, emit: () => undefined, operations }
      const template = RunTemplate.parse({ agent: 'assistant', goal: 'A part of it' })
      return await startRunOf({ ...ctx, actor: actorOf(parent.run) }, template, { door: 'worker', parent })
    })
  }

  const said: { say: string; by: string }[] = []
  const turn: PressParts['say'] = async ({ say, actor }) => {
    said.push({ say, by: actor.personId })
    return { result: null, isOver: false, commit: async () => [] }
  }
  const sections = readConfig({}).areas.flatMap(({ home }) => home)
  slack.world.out.event = (workspace, event) => {
    const prepared = prepareHome(
      { runtime, invoke: gateway.invoke, sections },
      { team_id: workspace.id, event },
    )
    if (prepared !== undefined)
      homes.push(prepared.work({ key: `home-${homes.length}`, signal, isLast: false }))
  }
  const homes: Promise<unknown>[] = []
  let presses = 0
  slack.world.out.interaction = async (_workspace, payload: Json) => {
    const atOnce = await answerPress(runtime, payload, signal)
    if (atOnce.isDone) return { isOk: true, body: atOnce.response }
    presses += 1
    const parts = { runtime, invoke: gateway.invoke, say: turn }
    const prepared = preparePress(parts, payload)
    if (prepared === undefined) return { isOk: true }
    const ending = await prepared.work({ key: `press-${presses}`, signal, isLast: false })
    await runtime.transaction((within) => ending.commit(within))
    return { isOk: true }
  }

  return {
    ...{ gateway, slack, acme, channel, worker, said, run },
    async person(id, name = id) {
      await run(createPerson, { id, name })
      const user = acme.user(id)
      const identity = { provider: 'slack', externalId: `${acme.id}/${user.id}`, personId: id }
      await db.insert(personIdentities).values({ ...identity, createdAt: runtime.now() })
      return { user, actor: { id, personId: id } }
    },
    async asks(person, above) {
      const started = await (above === undefined ? start(person) : delegate(above))
      const hold = await worker.claim(started.id)
      const { approvalId } = await worker.ask(hold)
      await worker.release(hold, { state: 'waiting', reason: 'approval' })
      return { runId: started.id, approvalId }
    },
    async send() {
      await planSending(runtime)
      const wanted = { now: runtime.now(), limit: 100, perReceiver: 100, busy: [] }
      const due = await takeDue(db, wanted)
      for (const { row, webhook } of due)
        if (webhook === undefined && row.event !== POST_EVENT)
          await deliverBundle({ runtime, channels: [channel] }, { row, webhook })
      const isLeased = and(eq(outbox.event, POST_EVENT), eq(outbox.state, 'sending'))
      await db.update(outbox).set({ state: 'waiting' }).where(isLeased)
      await settleNotes.run(runtime)
      await post()
    },
    async homeOf(user) {
      user.openHome()
      await Promise.all(homes)
      if (user.home === undefined) throw new Error(`${user.name} has no home`)
      return user.home
    },
    async refresh() {
      const told = () => slack.calls.filter(({ method }) => method === 'views.publish').length
      const before = told()
      await refreshHomes({ runtime, invoke: gateway.invoke, sections })
      return told() - before
    },
    lastTo: (user) => acme.dm(user).messages().at(-1),
    async close() {
      await gateway.close()
      await slack.close()
    },
  }
}
