/** What people do with what the app shows: press, choose, fill in, submit, close. */
import type { Channel } from './channel.ts'
import {
  actionOf,
  type FormValues,
  type FoundElement,
  findElement,
  findInput,
  stateOf,
  type WireElement,
} from './elements.ts'
import type { User } from './user.ts'
import type { Json, Message, View } from './wire.ts'
import type { Answer } from './world.ts'

interface ShownMessage {
  readonly channel: Channel
  readonly message: Message
}

/** A message in its channel, as the person saw it, or a view. */
export type ClickTarget = ShownMessage | View

interface Choice {
  readonly actionId: string
  readonly value: string | readonly string[] | undefined
}

export function click(user: User, target: ClickTarget, choice: Choice): Promise<Answer> {
  const found = elementIn(target, choice.actionId, [choice.value].flat()[0])
  const { world } = user.workspace
  const action = { ...actionOf(found, choice.value), action_ts: world.ids.ts() }
  return world.out.interaction(user.workspace, {
    ...frame(user, 'block_actions'),
    ...placeOf(target),
    ...(isMessage(target) && {
      state: { values: stateOf(target.message.blocks ?? [], {}) },
      response_url: world.out.responseUrl({
        user,
        channel: target.channel,
        messageTs: target.message.ts,
        ...(target.message.thread_ts !== undefined && { threadTs: target.message.thread_ts }),
      }),
    }),
    actions: [action],
  })
}

export async function submit(user: User, view: View, values: FormValues): Promise<Answer> {
  const filled = structuredClone(view)
  filled.state = { values: stateOf(view.blocks, inputsOf(view, values)) }
  const { world } = user.workspace
  const answer = await world.out.interaction(user.workspace, {
    ...frame(user, 'view_submission'),
    view: filled,
    response_urls: [],
  })
  if (answer.isOk) applyResponse(user, filled, answer.body)
  return answer
}

/** The values by action id, whether they were given by action or by block; a field that must be filled in is. */
function inputsOf(view: View, values: FormValues): FormValues {
  const inputs: Record<string, string | readonly string[]> = {}
  for (const [key, value] of Object.entries(values)) inputs[findInput(view.blocks, key)] = value
  for (const block of view.blocks) {
    const element = block.element as WireElement | undefined
    if (block.type !== 'input' || block.optional === true || element === undefined) continue
    const hasInitial = Object.keys(element).some((key) => key.startsWith('initial_'))
    if (inputs[element.action_id] === undefined && !hasInitial) {
      throw new Error(`The modal cannot be submitted: ${element.action_id} is empty.`)
    }
  }
  return inputs
}

/** What the client does with the answer to a submission; without one, the modal closes. */
function applyResponse(user: User, view: View, body: Json | undefined): void {
  const index = user.modals.findIndex(({ id }) => id === view.id)
  const response = body?.response_action
  if (response === 'errors' || index === -1) return
  if (response === 'clear') user.modals.length = 0
  else if (response === 'update' || response === 'push') {
    user.workspace.world.out.responseView(user, body?.view as Json, response === 'update' ? view : undefined)
  } else user.modals.splice(index, 1)
  user.workspace.world.changed()
}

export async function closeView(user: User, view: View): Promise<Answer> {
  const index = user.modals.findIndex(({ id }) => id === view.id)
  if (index !== -1) user.modals.splice(index, 1)
  user.workspace.world.changed()
  if (!view.notify_on_close) return { isOk: true }
  return await user.workspace.world.out.interaction(user.workspace, {
    ...frame(user, 'view_closed'),
    view: structuredClone(view),
    is_cleared: false,
  })
}

export function suggest(user: User, target: ClickTarget, choice: Choice): Promise<Answer> {
  const { block, element } = elementIn(target, choice.actionId)
  return user.workspace.world.out.interaction(user.workspace, {
    ...frame(user, 'block_suggestion'),
    ...placeOf(target),
    action_id: element.action_id,
    block_id: block.block_id,
    value: choice.value ?? '',
  })
}

export function shortcut(user: User, callbackId: string, on?: ShownMessage): Promise<Answer> {
  const { world } = user.workspace
  return world.out.interaction(user.workspace, {
    ...frame(user, on === undefined ? 'shortcut' : 'message_action'),
    callback_id: callbackId,
    action_ts: world.ids.ts(),
    ...(on !== undefined && {
      channel: { id: on.channel.id, name: on.channel.name },
      message: structuredClone(on.message),
      message_ts: on.message.ts,
      response_url: world.out.responseUrl({ user, channel: on.channel }),
    }),
  })
}

function isMessage(target: ClickTarget): target is ShownMessage {
  return 'message' in target
}

function elementIn(target: ClickTarget, actionId: string, value?: string): FoundElement {
  const blocks = isMessage(target) ? target.message.blocks : target.blocks
  return findElement(blocks ?? [], actionId, value)
}

/** What every interaction says of the person and the place. */
function frame(user: User, type: string): Json {
  const { workspace } = user
  const { world, enterprise } = workspace
  return {
    type,
    user: { id: user.id, username: user.name, name: user.name, team_id: workspace.id },
    api_app_id: world.app.id,
    token: world.app.verificationToken,
    team: { id: workspace.id, domain: workspace.domain },
    enterprise: enterprise === undefined ? null : { id: enterprise.id, name: enterprise.name },
    is_enterprise_install: false,
    ...(type !== 'view_closed' && type !== 'block_suggestion' && { trigger_id: world.out.triggerId(user) }),
  }
}

function placeOf(target: ClickTarget): Json {
  if (!isMessage(target)) {
    return { container: { type: 'view', view_id: target.id }, view: structuredClone(target) }
  }
  const { channel, message } = target
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: channel.find(message.ts) === undefined && message.subtype === 'ephemeral',
      ...(message.thread_ts !== undefined && { thread_ts: message.thread_ts }),
    },
    channel: { id: channel.id, name: channel.kind === 'im' ? 'directmessage' : channel.name },
    message: structuredClone(message),
  }
}
