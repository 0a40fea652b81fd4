/** By what clicks, forms, shortcuts and commands are known. Slack gives them no ids of events. */
import { isJsonObject, type JsonObject } from '../../core/text/json.ts'
import { objectAt, type Sorted, textAt, threadKey } from './arrived.ts'

export function sortInteraction(payload: JsonObject): Sorted {
  const type = textAt(payload, 'type')
  // The user may be of another workspace.
  const teamId = textAt(payload, 'team', 'id')
  const { id, ts } = clickOf(payload)
  const known = { type, teamId, ...placeOf(payload, { teamId, ts: ts || textAt(payload, 'action_ts') }) }
  switch (type) {
    case 'block_actions': {
      const place = textAt(payload, 'container', 'message_ts') || viewIdOf(payload)
      return { ...known, eventId: `act:${teamId}:${place}:${id}:${ts}` }
    }
    case 'view_submission':
      return { ...known, eventId: `view:${teamId}:${viewIdOf(payload)}:${textAt(payload, 'view', 'hash')}` }
    case 'view_closed':
      return { ...known, eventId: `closed:${teamId}:${viewIdOf(payload)}` }
    default:
      return { ...known, eventId: `${type}:${teamId}:${textAt(payload, 'action_ts')}` }
  }
}

/** Several elements never act at once. */
function clickOf({ actions }: JsonObject): { id: string; ts: string } {
  const action: unknown = Array.isArray(actions) ? actions[0] : undefined
  return { id: textAt(action, 'action_id'), ts: textAt(action, 'action_ts') }
}

function viewIdOf(payload: JsonObject): string {
  return textAt(payload, 'view', 'id') || textAt(payload, 'container', 'view_id')
}

interface Acted {
  readonly teamId: string
  readonly ts: string
}

/** A click in a thread is handled in its turn among the messages there. A form has no time: those of a view go as they come. */
function placeOf(payload: JsonObject, { teamId, ts: orderAt }: Acted): Pick<Sorted, 'orderKey' | 'orderAt'> {
  const { container, message } = payload
  const channel = textAt(payload, 'channel', 'id') || textAt(container, 'channel_id')
  const ts = textAt(container, 'message_ts') || textAt(message, 'ts')
  if (channel !== '' && ts !== '') {
    const threadTs = textAt(container, 'thread_ts') || textAt(message, 'thread_ts')
    return { orderKey: threadKey({ teamId, channel, ts, threadTs }), orderAt }
  }
  const view = objectAt(payload, 'view')
  const orderKey = isJsonObject(payload.view) ? `slack:${teamId}:view:${textAt(view, 'root_view_id')}` : null
  return { orderKey, orderAt: '' }
}

/** A command: each use of it has a trigger of its own. */
export function sortCommand(payload: JsonObject): Sorted {
  const teamId = textAt(payload, 'team_id')
  return {
    eventId: `cmd:${teamId}:${textAt(payload, 'trigger_id')}`,
    type: 'command',
    orderKey: `slack:${teamId}:commands:${textAt(payload, 'user_id')}`,
    orderAt: '',
    teamId,
  }
}
