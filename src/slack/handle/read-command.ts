/** A slash command, as an event of the inbox tells it. */
import { z } from 'zod'

export interface Commanded {
  readonly kind: 'commanded'
  readonly teamId: string
  /** Where it was typed. The bot may not be in that channel. */
  readonly channelId: string
  readonly userId: string
  /** As Slack sends it, and as the person would have written it to the bot. */
  readonly text: string
  /** Takes the answer, which only the person sees. */
  readonly responseUrl: string
}

/** The command that takes anything. Others are the first word of what they say: `/think`. */
const ANYTHING = '/sb'

const Command = z.object({
  team_id: z.string(),
  channel_id: z.string(),
  user_id: z.string(),
  command: z.string(),
  text: z.string().default(''),
  response_url: z.string(),
})

/** Undefined: it is something else. */
export function readCommand(payload: unknown): Commanded | undefined {
  const { data } = Command.safeParse(payload)
  if (data === undefined) return undefined
  const { command, text } = data
  return {
    ...{ kind: 'commanded', teamId: data.team_id, channelId: data.channel_id, userId: data.user_id },
    text: command === ANYTHING ? text : `${command} ${text}`.trim(),
    responseUrl: data.response_url,
  }
}
