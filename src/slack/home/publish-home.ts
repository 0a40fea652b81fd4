/** Shows a person their home tab when they open it: the sections of all areas, as they may read them now. */
import { z } from 'zod'
import { answerOf } from '../../chat/answer.ts'
import type { HomeSection } from '../../core/area/home-section.ts'
import type { Invoke } from '../../core/call/call.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import { mayCall } from '../../core/operation/catalog.ts'
import type { Attempt, Ending, PreparedWork } from '../../domain/inbox/prepared.ts'
import { readRecipient } from '../../domain/notifications/recipient.ts'
import { replaceActions } from '../../domain/slack/shown/actions.ts'
import { readSlack, slackOf } from '../../domain/slack/slack-app.ts'
import { findSpeaker } from '../../domain/slack/speaker.ts'
import { findWorkspace } from '../../domain/slack/workspaces.ts'
import { strangerText } from '../interact/say-refusal.ts'
import { renderHome, type ShownSection } from './render-home.ts'

export interface HomeParts {
  readonly runtime: Runtime
  readonly invoke: Invoke
  readonly sections: readonly HomeSection[]
}

const Opened = z.object({
  team_id: z.string(),
  event: z.object({
    type: z.literal('app_home_opened'),
    tab: z.literal('home'),
    user: z.string(),
    channel: z.string(),
  }),
})

/** Undefined: nobody has opened their home. */
export function prepareHome(parts: HomeParts, payload: unknown): PreparedWork | undefined {
  const { data } = Opened.safeParse(payload)
  if (data === undefined) return undefined
  const { team_id: teamId, event } = data
  return {
    work: (attempt) => publishHome(parts, { teamId, userId: event.user, channelId: event.channel }, attempt),
  }
}

interface Opener {
  readonly teamId: string
  readonly userId: string
  readonly channelId: string
}

/** @throws AppError when another attempt may succeed */
async function publishHome(parts: HomeParts, opener: Opener, { signal }: Attempt): Promise<Ending> {
  const { resources, now, operations } = parts.runtime
  const app = slackOf(resources)
  const asking = { db: resources.db, app, now: now(), signal }
  const workspace = await findWorkspace(asking, opener.teamId)
  const speaker = await findSpeaker({ ...asking, workspace }, opener)
  const sections =
    speaker.kind === 'person'
      ? await sectionsFor(parts, speaker.actor, opener)
      : [{ title: 'Switchboard', text: strangerText(speaker.why) ?? '', actions: [] }]
  const args = { user_id: opener.userId, view: renderHome(sections, { operations }) }
  await readSlack(app, { method: 'views.publish', args, signal })
  return { result: `${sections.length} sections`, commit: async () => [] }
}

async function sectionsFor(parts: HomeParts, actor: Actor, opener: Opener): Promise<ShownSection[]> {
  const { runtime } = parts
  const { timeZone } = await readRecipient(runtime.resources, actor.personId)
  const shown = parts.sections
    .filter(({ operation }) => mayCall(operation, actor, { door: 'slack' }))
    .toSorted((a, b) => a.order - b.order)
  const sections = await Promise.all(shown.map((section) => sectionFor(parts, { section, actor, timeZone })))
  await runtime.transaction(({ db }) =>
    replaceActions(
      { db, now: runtime.now() },
      sections.flatMap(({ actions }) => actions),
      { postId: `home:${opener.teamId}/${opener.userId}`, personId: actor.personId },
    ),
  )
  return sections
}

interface Reading {
  readonly section: HomeSection
  readonly actor: Actor
  readonly timeZone: string
}

/** A section that cannot be read says so, and keeps none of the others away. */
async function sectionFor({ runtime, invoke }: HomeParts, { section, actor, timeZone }: Reading) {
  const { title, operation, input } = section
  try {
    const { output } = await invoke(operation, input, { actor, door: 'slack' })
    const { text, actions } = answerOf(runtime.operations, { operation, input, output }, { timeZone })
    return { title, text, actions: actions.map((action) => ({ id: runtime.newId('action'), ...action })) }
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    return { title, text: thrown.message, actions: [] }
  }
}
