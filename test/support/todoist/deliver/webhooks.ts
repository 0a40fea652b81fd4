/** Tells the app of what happened: signed, again after a quarter of an hour, and badly where a fault says so. */
import { createHmac } from 'node:crypto'
import type { Faults } from '../faults.ts'
import { homeOf } from '../world/find.ts'
import { dueOut, taskOut } from '../world/outward.ts'
import type { Person } from '../world/person.ts'
import type { Due, Item, Json, Note } from '../world/wire.ts'
import type { Happening, World } from '../world/world.ts'
import type { App } from './app.ts'
import type { OAuth } from './oauth.ts'

const RETRY_MS = 15 * 60_000
const MAX_RETRIES = 3

/** One event for one person, and how each attempt to deliver it ended. */
export interface Delivery {
  readonly id: string
  readonly name: string
  readonly body: string
  /** The status of each answer; `undefined` where there was no answer. */
  readonly attempts: (number | undefined)[]
}

export class Webhooks {
  /** Every event that was meant for the app, oldest first. */
  readonly seen: Delivery[] = []
  readonly #world: World
  readonly #app: App
  readonly #oauth: OAuth
  readonly #faults: Faults
  readonly #underWay = new Set<Promise<void>>()
  #late: Delivery | undefined

  constructor(world: World, faults: Faults, sender: { app: App; oauth: OAuth }) {
    this.#world = world
    this.#faults = faults
    this.#app = sender.app
    this.#oauth = sender.oauth
    world.onHappening((happening) => this.#happened(happening))
  }

  /** Resolves once no delivery is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
  }

  #happened(happening: Happening): void {
    if (this.#app.webhookUrl === undefined || !this.#app.events.has(happening.name)) return
    for (const person of this.#world.people) {
      if (!this.#oauth.hasConsentOf(person) || !this.#concerns(person, happening)) continue
      const delivery: Delivery = {
        id: crypto.randomUUID(),
        name: happening.name,
        body: JSON.stringify(this.#bodyFor(person, happening)),
        attempts: [],
      }
      this.seen.push(delivery)
      this.#deliver(delivery)
    }
  }

  /** Labels, filters and reminders are of one person; the rest is for everyone who sees the project. */
  #concerns(person: Person, { name, object, by }: Happening): boolean {
    if (/^(?:label|filter|reminder):/.test(name)) return by === person
    const project = name.startsWith('project:')
      ? object.id
      : homeOf(this.#world, object as Pick<Note, 'item_id' | 'project_id'>)
    return this.#world.canSee(person, project)
  }

  #deliver(delivery: Delivery): void {
    const fault = this.#faults.takeEvent()
    if (fault === 'lost') return
    if (fault === 'late') {
      this.#late = delivery
      return
    }
    this.#send(delivery)
    if (fault === 'twice') this.#send(delivery)
    const late = this.#late
    this.#late = undefined
    if (late !== undefined) this.#send(late)
  }

  #send(delivery: Delivery, retries = 0): void {
    const sent = this.#attempt(delivery).then((status) => {
      delivery.attempts.push(status)
      if (status === 200 || retries === MAX_RETRIES) return
      this.#world.clock.after(RETRY_MS, () => this.#send(delivery, retries + 1))
    })
    const tracked = sent.finally(() => this.#underWay.delete(tracked))
    this.#underWay.add(tracked)
  }

  async #attempt({ id, body }: Delivery): Promise<number | undefined> {
    const signature = createHmac('sha256', this.#app.clientSecret).update(body).digest('base64')
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Todoist-Webhooks',
      'x-todoist-hmac-sha256': signature,
      'x-todoist-delivery-id': id,
    }
    try {
      const response = await fetch(this.#app.webhookUrl ?? '', { method: 'POST', headers, body })
      await response.arrayBuffer()
      return response.status
    } catch {
      return undefined
    }
  }

  #bodyFor(person: Person, happening: Happening): Json {
    const { name, by, old, intent, atMs } = happening
    const isOwnUpdate = name === 'item:updated' && by === person && old !== undefined
    return {
      event_name: name,
      user_id: person.id,
      event_data: this.#dataOf(happening),
      ...(isOwnUpdate && { event_data_extra: { old_item: old, update_intent: intent } }),
      initiator: {
        id: by.id,
        email: by.email,
        full_name: by.fullName,
        image_id: null,
        is_premium: by.plan === 'pro',
      },
      triggered_at: new Date(atMs).toISOString(),
      version: this.#world.switches.webhookVersion,
    }
  }

  #dataOf({ name, object }: Happening): Json {
    const url = (id: string) => `https://app.todoist.com/app/task/${id}`
    if (name.startsWith('item:'))
      return { ...taskOut(this.#world, object as unknown as Item), url: url(object.id) }
    const item = this.#world.items.get(String(object.item_id))
    if (name.startsWith('note:') && item !== undefined) {
      return { ...(object as unknown as Note), item: taskOut(this.#world, item), url: url(item.id) }
    }
    if (name !== 'reminder:fired') return object
    const due = object.due as Due | undefined
    return {
      is_urgent: false,
      minute_offset: null,
      ...object,
      due: due === undefined ? null : dueOut(this.#world, due),
    }
  }
}
