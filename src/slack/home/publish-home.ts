/**
 * Shows a person their home tab: the sections of all areas, as they may read them now. It is drawn when it is opened, and
 * again when what it shows changes while it may be open.
 */
import { z } from 'zod'
import type { Runtime } from '../../core/call/runtime.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Attempt, Ending, PreparedWork } from '../../domain/inbox/prepared.ts'
import { sha256 } from '../../domain/inbox/receive.ts'
import { readRecipient } from '../../domain/notifications/recipient.ts'
import { forgetOthers, keepActions, type NamedAction } from '../../domain/slack/shown/actions.ts'
import { findHome, forgetHash, listOpenHomes, noteDrawn, noteOpened } from '../../domain/slack/shown/homes.ts'
import { readSlack, SlackRefused, slackOf } from '../../domain/slack/slack-app.ts'
import { findSpeaker } from '../../domain/slack/speaker.ts'
import { findWorkspace, type SlackWorkspace } from '../../domain/slack/workspaces.ts'
import { strangerText } from '../interact/say-refusal.ts'
import type { ShownControl } from '../render/control-parts.ts'
import { type HomeParts, type ReadSection, readSections } from './read-sections.ts'
import { renderHome } from './render-home.ts'

const Opened = z.object({
  team_id: z.string(),
  event: z.object({
    type: z.literal('app_home_opened'),
    tab: z.literal('home'),
    user: z.string(),
  }),
})

/** Undefined: nobody has opened their home. */
export function prepareHome(parts: HomeParts, payload: unknown): PreparedWork | undefined {
  const { data } = Opened.safeParse(payload)
  if (data === undefined) return undefined
  const home = { teamId: data.team_id, userId: data.event.user }
  const { resources, now } = parts.runtime
  return {
    async work({ signal }: Attempt): Promise<Ending> {
      await noteOpened(resources.db, home, now())
      const isDrawn = await drawHome(parts, home, signal)
      return { result: isDrawn ? 'drawn' : 'unchanged', commit: async () => [] }
    },
  }
}

/** Homes that are looked at in one sweep. */
const LOOKED_AT = 50
/** Milliseconds within which Slack must have taken a home. */
const DRAWING_MAX_MS = 20_000

/** Draws those again that show something else by now. However much has changed, each is drawn once. */
export async function refreshHomes(parts: HomeParts): Promise<void> {
  const { resources, now, log } = parts.runtime
  if (resources.slack === undefined) return
  for (const home of await listOpenHomes(resources.db, now(), LOOKED_AT)) {
    try {
      await drawHome(parts, home, AbortSignal.timeout(DRAWING_MAX_MS))
    } catch (err) {
      // One that cannot be drawn now holds back no other.
      log.warn({ err, userId: home.userId }, 'a home in Slack was not drawn')
    }
  }
}

interface Home {
  readonly teamId: string
  readonly userId: string
}

/** Whether it had changed. @throws AppError when another attempt may succeed */
async function drawHome(parts: HomeParts, home: Home, signal: AbortSignal): Promise<boolean> {
  const { resources, now, operations, newId } = parts.runtime
  const { db } = resources
  const app = slackOf(resources)
  const asking = { db, app, now: now(), signal }
  const workspace = await findWorkspace(asking, home.teamId)
  const speaker = await findSpeaker({ ...asking, workspace }, { userId: home.userId, channelId: home.userId })
  const read =
    speaker.kind === 'person'
      ? await readSections(parts, speaker.actor)
      : [strangerSection(strangerText(speaker.why) ?? '')]
  const today = speaker.kind === 'person' ? await todayFor(parts, speaker.actor) : 'Switchboard'
  const digest = sha256(JSON.stringify([today, read]))
  const known = await findHome(db, home)
  if (known?.digest === digest) return false
  const sections = read.map(({ actions, controls, ...section }) => ({
    ...section,
    actions: actions.map((action) => ({ id: newId('action'), ...action })),
    controls: controls.map((control) => ({ id: newId('action'), ...control })),
  }))
  const actions = sections.flatMap((section) => [...section.actions, ...section.controls.map(asAction)])
  const postId = `home:${home.teamId}/${home.userId}`
  if (speaker.kind === 'person')
    await keepActions({ db, now: now() }, actions, { postId, personId: speaker.actor.personId })
  const args = { user_id: home.userId, view: renderHome(sections, { operations, today }) }
  const hash = await publish({ runtime: parts.runtime, workspace, args, hash: known?.hash, signal })
  if (hash === undefined) {
    // Another process has drawn it meanwhile, or was lost before it noted what it drew.
    if (known?.hash) await forgetHash(db, home, known.hash)
    return false
  }
  const ids = actions.map(({ id }) => id)
  await forgetOthers(db, postId, ids)
  await noteDrawn(db, home, { digest, hash })
  return true
}

/** What a control sets is asked for when its call is made. */
function asAction({ id, label, call, field }: ShownControl): NamedAction {
  return { id, label, call: { ...call, ask: { [field]: label } } }
}

function strangerSection(text: string): ReadSection {
  return { title: 'Welcome', lines: [], text, actions: [], controls: [] }
}

/** The day of the person, such as `Monday, 30 November`. */
async function todayFor({ runtime }: HomeParts, { personId }: Actor): Promise<string> {
  const { timeZone } = await readRecipient(runtime.resources, personId)
  const words = { weekday: 'long', day: 'numeric', month: 'long', timeZone } as const
  return new Intl.DateTimeFormat('en-GB', words).format(runtime.now())
}

interface Publishing {
  readonly runtime: Runtime
  readonly workspace: SlackWorkspace
  readonly args: object
  readonly hash: string | null | undefined
  readonly signal: AbortSignal
}

const Published = z.object({ view: z.object({ hash: z.string() }) })

/** Slack's mark of the view; undefined: it shows a newer one. */
async function publish({ runtime, workspace, args, hash, signal }: Publishing): Promise<string | undefined> {
  try {
    const app = slackOf(runtime.resources)
    const withHash = { ...args, ...(hash && { hash }) }
    const { body } = await readSlack(app, { method: 'views.publish', args: withHash, signal, as: workspace })
    return Published.parse(body).view.hash
  } catch (thrown) {
    if (thrown instanceof SlackRefused && thrown.error === 'hash_conflict') return undefined
    throw thrown
  }
}
