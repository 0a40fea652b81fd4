/** Handles what is not said in Slack: presses of buttons, forms, home tabs that are opened, and removals of the app. */
import type { HomeSection } from '../../core/area/home-section.ts'
import type { Invoke } from '../../core/call/call.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import type { Intent } from '../../core/intent/intent.ts'
import { findConversation } from '../../domain/conversations/store.ts'
import type { InboxHandler } from '../../domain/inbox/prepared.ts'
import { escapeText } from '../../domain/slack/escape.ts'
import { slackOf } from '../../domain/slack/slack-app.ts'
import { findWorkspace } from '../../domain/slack/workspaces.ts'
import { prepareHome } from '../home/publish-home.ts'
import { preparePrompts } from '../home/suggest-prompts.ts'
import { type PressParts, preparePress } from '../interact/handle-press.ts'
import { prepareShortcut } from '../interact/open-shortcut.ts'
import { responseTo } from '../interact/pressed.ts'
import { placeOf, standingIn } from './place.ts'
import { prepareRemoval } from './removal.ts'
import { answer, type HandleParts } from './take-message.ts'

export interface PressHandlerParts extends HandleParts {
  readonly invoke: Invoke
  readonly sections: readonly HomeSection[]
  readonly intents: readonly Intent[]
}

export function createPressHandler(parts: PressHandlerParts): InboxHandler {
  const { invoke, sections, intents } = parts
  return async (runtime, { body }) => {
    const payload: unknown = JSON.parse(body)
    return (
      preparePress({ runtime, invoke, say: sayingIn(parts, runtime) }, payload) ??
      prepareShortcut(runtime, payload) ??
      prepareHome({ runtime, invoke, sections }, payload) ??
      preparePrompts(slackOf(runtime.resources), intents, payload) ??
      prepareRemoval(runtime, payload) ??
      'ignored'
    )
  }
}

const SECOND_MS = 1000

/** A press is a message of the person who presses, in the conversation where the button is. */
function sayingIn(parts: HandleParts, runtime: Runtime): PressParts['say'] {
  return async ({ say, pressed, action, actor, key, signal, isLast }) => {
    const { at, userId } = pressed
    const { db } = runtime.resources
    const now = runtime.now()
    const response = responseTo(pressed)
    const known = { db, app: slackOf(runtime.resources), now, signal }
    const speaking = { ...known, workspace: await findWorkspace(known, at.teamId) }
    const heard = {
      ...{ kind: 'heard' as const, teamId: at.teamId, userId, botId: undefined },
      // What is answered to commands is one conversation, wherever they were given.
      channelId: response === undefined ? at.channelId : userId,
      ...{ ts: (now.getTime() / SECOND_MS).toFixed(6), threadTs: at.threadTs, text: escapeText(say) },
      files: [],
    }
    const standing = await standingIn(speaking, placeOf(heard), actor)
    const conversation = await findConversation(db, standing.conversationId)
    return await answer(
      parts,
      { runtime, speaking, attempt: { key, signal, isLast } },
      { heard, standing, conversation, response, waitingId: action.waitingId ?? undefined, isPressed: true },
    )
  }
}
