/** Clicks, forms, shortcuts and commands on their way to the app: once, and with an answer. */
import { randomUUID } from 'node:crypto'
import type { Json } from '../world/wire.ts'
import type { Answer, World } from '../world/world.ts'
import { withinTime } from './events.ts'
import { payloadForm, sendSigned } from './http.ts'
import type { SocketHub } from './socket-hub.ts'

/** The kinds of interaction whose acknowledgement may say more than that it arrived. */
const ANSWERED = ['view_submission', 'block_suggestion', 'slash_commands']

export class Interactions {
  readonly #world: World
  readonly #sockets: SocketHub

  constructor(world: World, sockets: SocketHub) {
    this.#world = world
    this.#sockets = sockets
  }

  async interaction(payload: Json): Promise<Answer> {
    const { urls } = this.#world.app
    if (urls === undefined) return await this.#overSocket('interactive', payload)
    return await sendSigned(this.#world, {
      url: urls.interactions,
      type: 'application/x-www-form-urlencoded',
      body: payloadForm(payload),
    })
  }

  async command(form: Record<string, string>): Promise<Answer> {
    const { urls } = this.#world.app
    if (urls === undefined) return await this.#overSocket('slash_commands', form)
    return await sendSigned(this.#world, {
      url: urls.commands,
      type: 'application/x-www-form-urlencoded',
      body: new URLSearchParams(form).toString(),
    })
  }

  async #overSocket(type: string, payload: Json): Promise<Answer> {
    const envelopeId = randomUUID()
    const kind = type === 'interactive' ? String(payload.type) : type
    const acknowledged = this.#sockets.deliver({
      envelope_id: envelopeId,
      payload,
      type,
      accepts_response_payload: ANSWERED.includes(kind),
    })
    const isOk = await withinTime(this.#world, acknowledged, () => this.#sockets.giveUp(envelopeId))
    return { isOk, body: isOk ? await acknowledged : undefined }
  }
}
