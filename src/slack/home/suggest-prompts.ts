/** Suggests what to write to somebody who opens the conversation with the bot. */
import { z } from 'zod'
import type { Intent } from '../../core/intent/intent.ts'
import { cutText } from '../../core/text/cut.ts'
import type { PreparedWork } from '../../domain/inbox/prepared.ts'
import { callAs, type SlackApp } from '../../domain/slack/slack-app.ts'

const Opened = z.object({
  team_id: z.string(),
  event: z.object({
    type: z.literal('app_home_opened'),
    tab: z.literal('messages'),
    channel: z.string(),
  }),
})

/** Slack shows no more. */
const PROMPTS_MAX = 4
const TITLE_MAX_CHARS = 75
/** The orders of commands. */
const COMMANDS_BEGIN = 500

/** Undefined: it is something else. */
export function preparePrompts(
  app: SlackApp,
  intents: readonly Intent[],
  payload: unknown,
): PreparedWork | undefined {
  const { data } = Opened.safeParse(payload)
  if (data === undefined) return undefined
  return {
    async work({ signal }) {
      const args = { channel_id: data.event.channel, prompts: promptsOf(intents) }
      // Slack can do without them, and so can an app that is no agent.
      const method = 'assistant.threads.setSuggestedPrompts'
      const { kind } = await callAs(app, data.team_id, { method, args, signal })
      return { result: `prompts: ${kind}`, commit: async () => [] }
    },
  }
}

/** What people write on a first day: commands that are whole as they are, and change nothing. */
function promptsOf(intents: readonly Intent[]) {
  return intents
    .filter(({ order, does, says, operation, isFirst }) => {
      const isWhole = typeof says !== 'function' && says.some((phrase) => !/</.test(withoutOptions(phrase)))
      return (
        isFirst && order >= COMMANDS_BEGIN && does !== undefined && operation.effect === 'read' && isWhole
      )
    })
    .toSorted((one, other) => one.order - other.order)
    .slice(0, PROMPTS_MAX)
    .map(({ example, does = example }) => ({ title: titleOf(does), message: example }))
}

/** A phrase without the parts that may be left out. */
function withoutOptions(phrase: string): string {
  return phrase.replaceAll(/\[[^\]]*\]/g, '')
}

/** Without further ways to say it. */
function titleOf(does: string): string {
  const [first = does] = does.split(';')
  return cutText(`${first.charAt(0).toUpperCase()}${first.slice(1)}`, TITLE_MAX_CHARS, '…')
}
