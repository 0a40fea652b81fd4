/** Shortcuts: their form opens at once, and what is entered there is done as any other form is. */
import { z } from 'zod'
import type { Invoke } from '../../core/call/call.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError } from '../../core/errors.ts'
import type { Choices } from '../../core/form/choices.ts'
import type { Shortcut } from '../../core/intent/shortcut.ts'
import type { Actor } from '../../core/operation/actor.ts'
import { mayCall } from '../../core/operation/catalog.ts'
import type { NextCall } from '../../core/operation/next-call.ts'
import { cutText } from '../../core/text/cut.ts'
import type { PreparedWork } from '../../domain/inbox/prepared.ts'
import { readRecipient } from '../../domain/notifications/recipient.ts'
import { keepActions } from '../../domain/slack/shown/actions.ts'
import { callAs, slackOf } from '../../domain/slack/slack-app.ts'
import { findSpeaker } from '../../domain/slack/speaker.ts'
import { findWorkspace, type SlackWorkspace } from '../../domain/slack/workspaces.ts'
import { renderForm } from '../render/form.ts'
import { plainText } from '../render/plain-text.ts'
import { readerIn } from '../render/reader.ts'
import { onlyForPresser } from './answer-press.ts'
import { endWith } from './endings.ts'
import { ABOUT_MAX_CHARS, type AtOnce, type AtOnceParts, LATER } from './open-form.ts'
import { formPlace, type PressedAt } from './pressed.ts'
import { strangerText } from './say-refusal.ts'

export interface ShortcutParts extends AtOnceParts, Pick<Runtime, 'newId'> {
  readonly invoke: Invoke
  readonly shortcuts: readonly Shortcut[]
  readonly choices: readonly Choices[]
}

const Payload = z.object({
  type: z.enum(['shortcut', 'message_action']),
  callback_id: z.string(),
  trigger_id: z.string(),
  team: z.object({ id: z.string() }).nullish(),
  user: z.object({ id: z.string(), team_id: z.string().optional() }),
  channel: z.object({ id: z.string() }).optional(),
  message: z.looseObject({ text: z.string().default('') }).optional(),
  response_url: z.string().optional(),
})

interface Used {
  readonly name: string
  readonly triggerId: string
  readonly userId: string
  /** Where the user may be somebody else than elsewhere: a guest is allowed in some channels. */
  readonly channelId: string
  /** As Slack sends it; empty where no message was chosen. */
  readonly text: string
  readonly at: PressedAt
}

/** Undefined: it is something else. */
function readUsed(payload: unknown): Used | undefined {
  const { data } = Payload.safeParse(payload)
  const teamId = data?.team?.id ?? data?.user.team_id
  if (data === undefined || teamId === undefined) return undefined
  const { user, response_url: responseUrl } = data
  return {
    ...{ name: data.callback_id, triggerId: data.trigger_id, userId: user.id },
    channelId: data.channel?.id ?? user.id,
    text: data.message?.text ?? '',
    at: { teamId, channelId: user.id, ...(responseUrl !== undefined && { responseUrl }) },
  }
}

/** Undefined: it is no shortcut of the gateway. @throws AppError where Slack cannot be asked who the user is */
export async function answerShortcut(
  parts: ShortcutParts,
  payload: unknown,
  signal: AbortSignal,
): Promise<AtOnce | undefined> {
  const used = readUsed(payload)
  const shortcut = parts.shortcuts.find(({ name }) => name === used?.name)
  if (used === undefined || shortcut === undefined) return undefined
  const { speaker, workspace } = await speakerOf(parts, used, signal)
  if (speaker.kind === 'refused') return LATER
  const view = await viewFor(parts, { shortcut, used, actor: speaker.actor, workspace })
  if (view === undefined) return LATER
  const args = { trigger_id: used.triggerId, view }
  const answer = await callAs(slackOf(parts.resources), used.at.teamId, {
    method: 'views.open',
    args,
    signal,
  })
  if (answer.kind === 'ok') return { isDone: true }
  parts.log.warn({ answer, shortcut: shortcut.name }, 'Slack opened no form')
  return LATER
}

async function speakerOf(
  { resources, now }: Pick<Runtime, 'resources' | 'now'> | ShortcutParts,
  { at, userId, channelId }: Used,
  signal: AbortSignal,
) {
  const asking = { db: resources.db, app: slackOf(resources), now: now(), signal }
  const workspace = await findWorkspace(asking, at.teamId)
  return { workspace, speaker: await findSpeaker({ ...asking, workspace }, { userId, channelId }) }
}

interface Opening {
  readonly shortcut: Shortcut
  readonly used: Used
  readonly actor: Actor
  readonly workspace: SlackWorkspace
}

/** Undefined: the person may not make its call. */
async function viewFor(parts: ShortcutParts, { shortcut, used, actor, workspace }: Opening) {
  const { resources, newId, now } = parts
  const text = plainText(used.text, workspace.botUserId)
  const call = shortcut.call(text)
  const operation = named(parts, call)
  if (operation === undefined || !mayCall(operation, actor, { door: 'slack' })) return undefined
  const id = newId('action')
  const action = { id, label: shortcut.title, call }
  const shown = text === '' ? undefined : shortcut.shows?.(text)
  const about =
    shown === undefined ? '' : await aboutOf(parts, { call: shown, actor, key: `slack:${id}/shown` })
  await keepActions({ db: resources.db, now: now() }, [action], {
    ...{ postId: `shortcut:${id}`, personId: actor.personId },
  })
  return renderForm({
    action,
    operation,
    about,
    place: formPlace({ actionId: id, at: used.at }),
    choices: parts.choices,
  })
}

interface Showing {
  readonly call: NextCall
  readonly actor: Actor
  readonly key: string
}

/** Words that cannot be read leave the form as it is: the person writes better ones. */
async function aboutOf(parts: ShortcutParts, { call, actor, key }: Showing): Promise<string> {
  const operation = named(parts, call)
  if (operation === undefined) return ''
  try {
    const { timeZone } = await readRecipient(parts.resources, actor.personId)
    const { output } = await parts.invoke(operation, call.input, {
      actor,
      door: 'slack',
      idempotencyKey: key,
    })
    return cutText(operation.tell(output, readerIn(timeZone, parts.now())), ABOUT_MAX_CHARS, '…')
  } catch (thrown) {
    if (thrown instanceof AppError) return ''
    throw thrown
  }
}

function named({ operations }: ShortcutParts, call: NextCall) {
  return operations.find(({ name }) => name === call.operation)
}

const TRY_AGAIN = 'I could not open a form, so nothing was done. Write to me what you want instead.'

/** Tells the person why no form opened. Undefined: it is something else. */
export function prepareShortcut(runtime: Runtime, payload: unknown): PreparedWork | undefined {
  const used = readUsed(payload)
  if (used === undefined) return undefined
  return {
    async work({ signal }) {
      const { speaker } = await speakerOf(runtime, used, signal)
      const text = speaker.kind === 'refused' ? strangerText(speaker.why) : TRY_AGAIN
      const posts = text === undefined ? [] : [onlyForPresser(used, text)]
      return endWith(runtime, text ?? 'refused', posts)
    },
  }
}
