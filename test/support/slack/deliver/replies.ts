/** What answers a person's act later: the trigger that opens a modal, and the address that takes a message. */
import { type Context, Hono } from 'hono'
import { Arguments } from '../api/arguments.ts'
import { contentOf } from '../api/payload.ts'
import { Refusal, refuse } from '../api/refusal.ts'
import { change, post, remove, whisper } from '../world/posting.ts'
import type { User } from '../world/user.ts'
import type { Json } from '../world/wire.ts'
import type { ResponseTarget, World } from '../world/world.ts'

const TRIGGER_LIFE_MS = 3000
const RESPONSE_LIFE_MS = 30 * 60 * 1000
const RESPONSE_USES_MAX = 5

interface Trigger {
  readonly user: User
  readonly madeAtMs: number
  isUsed: boolean
}

interface Response extends ResponseTarget {
  readonly madeAtMs: number
  uses: number
}

export class Replies {
  readonly #world: World
  readonly #triggers = new Map<string, Trigger>()
  readonly #responses = new Map<string, Response>()

  constructor(world: World) {
    this.#world = world
  }

  triggerId(user: User): string {
    const id = `${this.#world.ids.next('')}.${user.workspace.id}`
    this.#triggers.set(id, { user, madeAtMs: this.#world.clock.now(), isUsed: false })
    return id
  }

  takeTrigger(id: string): User {
    const trigger = this.#triggers.get(id) ?? refuse('invalid_trigger_id')
    if (trigger.isUsed) refuse('exchanged_trigger_id')
    if (this.#world.clock.now() - trigger.madeAtMs > TRIGGER_LIFE_MS) refuse('expired_trigger_id')
    trigger.isUsed = true
    return trigger.user
  }

  responseUrl(target: ResponseTarget): string {
    const id = this.#world.ids.next('R')
    this.#responses.set(id, { ...target, madeAtMs: this.#world.clock.now(), uses: 0 })
    return `${this.#world.url}/response/${id}`
  }

  /** The addresses of `response_url`. */
  routes() {
    const app = new Hono()
    app.post('/:id', async (context) => {
      const response = this.#responses.get(context.req.param('id'))
      if (response === undefined) return context.json({ ok: false, error: 'invalid_url' }, 404)
      if (this.#world.clock.now() - response.madeAtMs > RESPONSE_LIFE_MS) {
        return context.json({ ok: false, error: 'expired_url' }, 404)
      }
      if (response.uses >= RESPONSE_USES_MAX) return context.json({ ok: false, error: 'used_url' }, 404)
      return await this.#take(context, response)
    })
    return app
  }

  async #take(context: Context, response: Response) {
    try {
      this.respond(response, (await context.req.json()) as Json)
      response.uses += 1
      return context.json({ ok: true })
    } catch (error) {
      if (error instanceof Refusal) return context.json(error.body, 404)
      throw error
    }
  }

  /** Does what a body says: to the message itself, to the channel, or to the person alone. */
  respond(target: ResponseTarget, body: Json): void {
    const { user, channel } = target
    const { workspace } = user
    const present = target.messageTs === undefined ? undefined : channel.find(target.messageTs)
    if (body.delete_original === true) {
      if (present !== undefined) remove(workspace, channel, present)
      else forgetEphemeral(user, target.messageTs)
      return
    }
    const content = contentOf(this.#world, new Arguments(body))
    if (body.replace_original === true && present !== undefined) {
      const edited = { user: workspace.bot.id, ts: this.#world.ids.ts() }
      change(workspace, channel, { ...structuredClone(present), ...content, edited })
      return
    }
    if (body.replace_original === true) forgetEphemeral(user, target.messageTs)
    const threadTs = (body.thread_ts ?? (body.replace_original ? target.threadTs : undefined)) as
      | string
      | undefined
    const draft = {
      user: workspace.bot.id,
      bot_id: workspace.installation.botId,
      app_id: this.#world.app.id,
      team: workspace.id,
      ...content,
      ...(threadTs !== undefined && { thread_ts: threadTs }),
    }
    if (body.response_type === 'in_channel') post(workspace, channel, draft)
    else whisper(user, channel, draft)
  }
}

function forgetEphemeral(user: User, ts: string | undefined): void {
  const index = user.ephemerals.findIndex(({ message }) => message.ts === ts)
  if (index !== -1) user.ephemerals.splice(index, 1)
  user.workspace.world.changed()
}
