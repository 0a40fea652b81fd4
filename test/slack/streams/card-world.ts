/** A gateway in Slack whose assistant works with a model that answers as a test says. */
import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { createLive } from '../../../src/clients/live.ts'
import { costOf } from '../../../src/clients/models/prices.ts'
import { createModels } from '../../../src/clients/models.ts'
import { createSlackApi } from '../../../src/clients/slack/web-api.ts'
import { prepareEvent } from '../../../src/domain/hooks/prepare-event.ts'
import { storeArrivals } from '../../../src/domain/inbox/receive.ts'
import { workInbox } from '../../../src/domain/inbox/work.ts'
import { takeDue } from '../../../src/domain/outbox/take-due.ts'
import { readScopesOf } from '../../../src/domain/runs/bounds.ts'
import { queueLost } from '../../../src/domain/runs/moves/sweep.ts'
import { runUri } from '../../../src/domain/runs/run.ts'
import { runSteps, runs } from '../../../src/domain/runs/tables.ts'
import { commitAtOnce } from '../../../src/domain/runs/transact.ts'
import { answerPress } from '../../../src/slack/interact/open-form.ts'
import { createSlackCarrier } from '../../../src/slack/send/slack-carrier.ts'
import { operations } from '../../../src/tools/registry.ts'
import { setChannel } from '../../../src/tools/slack/set-channel.ts'
import { addMember } from '../../../src/tools/teams/add-member.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { removeMember } from '../../../src/tools/teams/remove-member.ts'
import { deliverBundle } from '../../../src/workers/deliver/deliver-bundle.ts'
import { createModelExecutor } from '../../../src/workers/model/model-executor.ts'
import { createClaims } from '../../../src/workers/runs/claims.ts'
import { createLeases } from '../../../src/workers/runs/leases.ts'
import { createRunWorker } from '../../../src/workers/runs/run-worker.ts'
import { silentLog } from '../../clients/models/ask.ts'
import { anthropicEvents, writeAnthropic } from '../../clients/models/protocol-server.ts'
import { defer } from '../../support/defer.ts'
import { ManualClock } from '../../support/slack/clock.ts'
import type { Channel } from '../../support/slack/world/channel.ts'
import type { FormValues } from '../../support/slack/world/elements.ts'
import type { User } from '../../support/slack/world/user.ts'
import type { Message } from '../../support/slack/world/wire.ts'
import { openProvider, type Reply } from '../../workers/provider.ts'
import { openDesk } from '../handle/desk.ts'

export type CardWorld = Awaited<ReturnType<typeof openCardWorld>>

/** A direct message that a run answers. */
export interface Asked {
  readonly user: User
  readonly channel: Channel
  readonly ts: string
}

const LEASE_MS = 60_000
const NO_EVENT = { type: 'ping' }

export async function openCardWorld() {
  const provider = await openProvider()
  const models = createModels({
    anthropic: { apiKey: 'key', baseUrl: provider.url },
    openai: { apiKey: 'key', baseUrl: `${provider.url}/v1` },
    log: silentLog,
  })
  const clock = new ManualClock(new Date())
  const live = await createLive({ log: silentLog })
  const desk = await openDesk({ models, slackClock: clock, live })
  const { gateway, slack, acme } = desk
  const { db, runtime } = gateway
  const api = createSlackApi(slack.apiUrl)
  const tokenOf = async () => acme.installation.botToken
  const carriers = [createSlackCarrier({ api, db, log: runtime.log, tokenOf }, 0)]

  const leases = createLeases({
    ...{ db, worker: 'worker', leaseMs: LEASE_MS },
    ...{ log: runtime.log, watch: gateway.watch },
  })
  const worker = createRunWorker({
    ...{ runtime, leases, invoke: gateway.invoke },
    claims: createClaims(runtime, { worker: 'worker', leaseMs: LEASE_MS }),
    executors: [createModelExecutor({ models, costOf, retryDelayMs: () => 0 })],
    onDelta: (run, piece) => live.emitLive(runUri(run.id), { needs: readScopesOf(run) }, piece),
  })
  let users = 0
  let presses = 0
  const teams = new Map<string, { readonly teamId: string; readonly ada: string; readonly bob: string }>()
  slack.world.out.interaction = async (_workspace, payload) => {
    const atOnce = await answerPress(runtime, payload, new AbortController().signal)
    if (atOnce.isDone) return { isOk: true, body: atOnce.response }
    presses += 1
    const arrival = { source: 'slack', eventId: `act:${presses}`, type: 'block_actions', operation: null }
    const rest = { input: null, body: JSON.stringify(payload), orderKey: null, ownerId: `slack:${acme.id}` }
    await storeArrivals(runtime, [{ ...arrival, ...rest }])
    await workInbox(runtime, prepareEvent)
    return { isOk: true }
  }

  function advance(ms: number): void {
    clock.advance(ms)
    gateway.clock.advance(ms)
  }

  /** Shows what there is to show, as one process does again and again. */
  async function show(): Promise<void> {
    for (let pass = 0; pass < 3; pass += 1) {
      await desk.followCards()
      advance(500)
    }
  }

  async function newcomer(): Promise<User> {
    users += 1
    const user = acme.user(`user${users}`)
    await desk.link(user, `user${users}`)
    return user
  }

  /** Somebody new writes to the bot, and the model answers the run so. Nothing is shown yet. */
  async function begin(text: string, ...replies: Reply[]): Promise<Asked> {
    const user = await newcomer()
    provider.say(...replies)
    const { ts } = user.dm(text)
    await desk.handle()
    return { user, channel: acme.dm(user), ts }
  }

  /** Works on the run whose turn it is. */
  async function carryOut(): Promise<void> {
    await commitAtOnce(runtime, queueLost)
    await worker.work({ id: randomUUID(), data: {}, attempt: 1, signal: new AbortController().signal })
  }

  return {
    ...{ desk, gateway, slack, acme, clock, advance, show, newcomer, begin, carryOut },
    async ask(text: string, ...replies: Reply[]): Promise<Asked> {
      const asked = await begin(text, ...replies)
      await show()
      return asked
    },
    live,
    /** A model that writes these pieces, each once the one before it was heard and looked at; `cut`: and then is cut off. */
    writing(pieces: readonly string[], look: () => Promise<void>, end: 'whole' | 'cut' = 'whole'): Reply {
      return async ({ response }) => {
        const [begin = NO_EVENT, ...rest] = anthropicEvents.text(0, ...pieces)
        const close = rest.pop() ?? NO_EVENT
        writeAnthropic(response, [anthropicEvents.start(), begin])
        const [run] = (await db.select().from(runs).where(eq(runs.state, 'running'))).slice(-1)
        for (const event of rest) {
          const heard = defer<void>()
          const stop = live.watchLive(runUri(run?.id ?? ''), () => heard.resolve())
          writeAnthropic(response, [event])
          await heard.promise
          stop()
          await look()
        }
        if (end === 'cut') response.destroy()
        else {
          writeAnthropic(response, [close, ...anthropicEvents.end('end_turn')])
          response.end()
        }
        return undefined
      }
    },
    answer: (...replies: Reply[]) => provider.say(...replies),
    async work(): Promise<void> {
      await carryOut()
      await show()
    },
    /** Sends what the outbox holds. */
    async send(): Promise<void> {
      await db.execute(sql`delete from outbox where channel <> 'slack'`)
      const wanted = { limit: 100, perReceiver: 4, busy: [], oneByOne: ['slack'] }
      const take = () => takeDue(db, { ...wanted, now: gateway.clock.now() })
      for (let due = await take(); due.length > 0; due = await take()) {
        const sent = due.map(({ row }) => ({ row, webhook: undefined }))
        await Promise.all(sent.map((each) => deliverBundle({ runtime, channels: [], carriers }, each)))
      }
    },
    /** A channel of a team with both of these users, or with others too. */
    async teamChannel(ada: User, bob: User, ...others: User[]): Promise<Channel> {
      const as = gateway.as({ id: ada.name, personId: ada.name, scopes: ['teams:write', 'people:read'] })
      const { team } = (await gateway.invoke(createTeam, { name: 'Launch' }, as)).output
      await gateway.invoke(addMember, { teamId: team.id, personId: bob.name }, as)
      const channel = acme.channel(`launch-${users}`, { members: [ada, bob, ...others] })
      teams.set(channel.id, { teamId: team.id, ada: ada.name, bob: bob.name })
      const place = { workspace: acme.id, channel: channel.id }
      await gateway.invoke(setChannel, { ...place, teamId: team.id }, gateway.as())
      return channel
    },
    /** The second of the two, who stays in the channel. */
    async leaveTeam(channel: Channel): Promise<void> {
      const { teamId, ada, bob } = teams.get(channel.id) ?? { teamId: '', ada: '', bob: '' }
      const as = gateway.as({ id: ada, personId: ada, scopes: ['teams:write', 'people:read'] })
      await gateway.invoke(removeMember, { teamId, personId: bob }, as)
    },
    /** Presses the button with this label. */
    async press({ user, channel }: Asked, message: Message, label: string): Promise<void> {
      const { actionId, value } = buttonIn(message, label)
      await user.click({ channel, message }, actionId, value)
      await show()
    },
    /** Fills in the form that a button opens. */
    async reply(
      { user, channel }: Asked,
      message: Message,
      label: string,
      values: FormValues,
    ): Promise<void> {
      const { actionId, value } = buttonIn(message, label)
      await user.click({ channel, message }, actionId, value)
      const view = user.modals.at(-1)
      if (view === undefined) throw new Error('no form was opened')
      await user.submit(view, values)
      await show()
    },
    /** Calls an operation as the person, elsewhere. */
    async call({ user }: Asked, name: string, input: object): Promise<void> {
      const operation = operations.find((each) => each.name === name)
      if (operation === undefined) throw new Error(`there is no ${name}`)
      await gateway.invoke(operation, input, gateway.as({ id: user.name, personId: user.name }))
    },
    /** The steps that hold these words: what a run was told or answered. */
    stepsSaying: (text: string) =>
      db
        .select()
        .from(runSteps)
        .where(
          sql`${runSteps.request}::text || coalesce(${runSteps.result}::text, '') like ${`%"${text}"%`}`,
        ),
    runs: () => db.select().from(runs).orderBy(runs.createdAt),
    /** The calls of a method since the last time. */
    calls: (method: string) => slack.calls.filter((call) => call.method === method),
    /** What the bot wrote in the thread of a question, the oldest first. */
    thread: ({ channel, ts }: Asked): Message[] =>
      channel.replies(ts).filter(({ user }) => user === acme.bot.id),
    async close() {
      leases.close()
      await live.close()
      await provider.close()
      await desk.close()
    },
  }
}

interface Labelled {
  readonly text?: { readonly text: string }
  readonly value?: string
  readonly action_id?: string
  readonly positive_button?: Labelled
  readonly negative_button?: Labelled
}

function buttonIn({ blocks = [] }: Message, label: string) {
  const elements = blocks.flatMap((block) => (block as { elements?: readonly Labelled[] }).elements ?? [])
  for (const element of elements) {
    const choices = [element, element.positive_button, element.negative_button]
    const chosen = choices.find((choice) => choice?.text?.text === label)
    if (chosen !== undefined) return { actionId: element.action_id ?? '', value: chosen.value ?? '' }
  }
  throw new Error(`there is no button ${label}`)
}
