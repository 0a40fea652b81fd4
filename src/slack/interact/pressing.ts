/** Who pressed which action: found out again for every press, because a button gives no right. */
import type { Call } from '../../core/call/call.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Resources } from '../../core/operation/context.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { readRecipient } from '../../domain/notifications/recipient.ts'
import { findAction, type SlackActionRow } from '../../domain/slack/shown/actions.ts'
import { slackOf } from '../../domain/slack/slack-app.ts'
import { findSpeaker, type Refusal } from '../../domain/slack/speaker.ts'
import { findWorkspace } from '../../domain/slack/workspaces.ts'
import type { Pressed } from './pressed.ts'

/** A press by a person of the gateway. */
export interface Pressing {
  readonly pressed: Pressed
  readonly action: SlackActionRow
  /** Absent: the action says something, or the gateway has the operation no more. */
  readonly operation: Operation | undefined
  readonly actor: Actor
  readonly timeZone: string
}

export type Presser = { readonly kind: 'person'; readonly pressing: Pressing } | Nothing
type Nothing =
  | { readonly kind: 'refused'; readonly why: Refusal }
  /** The action is not kept any more, or never was. */
  | { readonly kind: 'gone' }

export interface PresserParts extends Pick<Runtime, 'operations' | 'now'> {
  readonly resources: Pick<Resources, 'db' | 'slack' | 'defaultTimeZone'>
}

/** @throws AppError where Slack cannot be asked who the user is */
export async function findPresser(
  { resources, operations, now }: PresserParts,
  pressed: Pressed,
  signal: NonNullable<Call['signal']>,
): Promise<Presser> {
  const { db } = resources
  const { at, userId, actionId } = pressed
  const asking = { db, app: slackOf(resources), now: now(), signal }
  const workspace = await findWorkspace(asking, at.teamId)
  const speaker = await findSpeaker({ ...asking, workspace }, { userId, channelId: at.channelId })
  if (speaker.kind === 'refused') return { kind: 'refused', why: speaker.why }
  const action = await findAction(db, actionId)
  if (action === undefined) return { kind: 'gone' }
  const { actor } = speaker
  const { timeZone } = await readRecipient(resources, actor.personId)
  const operation = operations.find(({ name }) => name === action.call?.operation)
  return { kind: 'person', pressing: { pressed, action, operation, actor, timeZone } }
}
