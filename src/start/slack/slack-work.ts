/** Builds what workers do for Slack. It is loaded with the first event: most commands never need it. */
import { createChat } from '../../chat/create-chat.ts'
import type { Assistant } from '../../core/area/assistant.ts'
import type { Gateway } from '../../core/area/gateway.ts'
import type { HomeSection } from '../../core/area/home-section.ts'
import type { Sweep } from '../../core/area/sweep.ts'
import type { Intent } from '../../core/intent/intent.ts'
import type { InboxHandler } from '../../domain/inbox/prepared.ts'
import { createAssistants } from '../../slack/handle/assistants.ts'
import { createAudience } from '../../slack/handle/audience.ts'
import { createSlackHandler } from '../../slack/handle/create-handler.ts'
import { createPressHandler } from '../../slack/handle/press-handler.ts'
import { createTellOutcomes } from '../../slack/handle/tell-outcomes.ts'
import { refreshHomes } from '../../slack/home/publish-home.ts'
import { createSettleReplies } from '../../slack/notify/settle-replies.ts'
import { createFollowCards, type Writing } from '../../slack/streams/follow-cards.ts'
import { prepareUnfurl } from '../../slack/unfurl/prepare-unfurl.ts'
import { prepareWelcome } from '../../slack/welcome/prepare-welcome.ts'

export interface SlackWorkParts extends Pick<Gateway, 'operations' | 'invoke'>, Writing {
  readonly areas: readonly {
    readonly intents: readonly Intent[]
    readonly assistants: readonly Assistant[]
    readonly home: readonly HomeSection[]
  }[]
}

export interface SlackWork {
  readonly handle: InboxHandler
  readonly tellOutcomes: Sweep['run']
  readonly followCards: Sweep['run']
  readonly refreshHomes: Sweep['run']
  readonly settleReplies: Sweep['run']
}

export function createSlackWork({ operations, invoke, areas, ...writing }: SlackWorkParts): SlackWork {
  const gateway = { operations, invoke }
  const intents = areas.flatMap((area) => area.intents)
  const parts = {
    operations,
    chat: createChat({ gateway, intents }),
    assistants: createAssistants({ ...gateway, assistants: areas.flatMap(({ assistants }) => assistants) }),
    audience: createAudience(),
  }
  const sections = areas.flatMap(({ home }) => home)
  const pressing = createPressHandler({ ...parts, invoke, intents, sections })
  const others: InboxHandler = async (runtime, event) => {
    const pressed = await pressing(runtime, event)
    if (pressed !== 'ignored') return pressed
    const payload: unknown = JSON.parse(event.body)
    const unfurling = { runtime, invoke, intents, audience: parts.audience }
    return prepareUnfurl(unfurling, payload) ?? prepareWelcome(runtime, payload) ?? 'ignored'
  }
  return {
    refreshHomes: (runtime) => refreshHomes({ runtime, invoke, sections }),
    handle: createSlackHandler(parts, others),
    settleReplies: createSettleReplies(gateway),
    tellOutcomes: createTellOutcomes(parts),
    followCards: createFollowCards({ ...parts, invoke }, writing),
  }
}
