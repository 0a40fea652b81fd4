/** What Slack's refusals mean, and what people can do about them. */
import type { SlackAnswer } from '../../core/outbound/slack.ts'

type Refusal = Extract<SlackAnswer, { kind: 'refused' }>

const WORDS: Readonly<Record<string, string>> = {
  account_inactive: 'The bot was removed from the workspace: install the app again.',
  cannot_dm_bot: 'Bots cannot be written to privately.',
  cant_update_message: 'Slack lets the bot edit its own messages only.',
  channel_not_found: 'The channel was deleted, or is private and the bot is not in it: invite the bot.',
  edit_window_closed: 'The workspace does not allow messages as old as this one to be edited.',
  http_404: 'The time for an answer to this click is over: 30 minutes, and five answers.',
  invalid_auth: 'Slack does not accept the token of the bot: correct SLACK_BOT_TOKEN.',
  is_archived: 'The channel is archived.',
  message_not_found: 'The message was deleted.',
  messages_tab_disabled:
    'The messages tab of the app is turned off: turn it on in its settings, under App Home.',
  no_text: 'The message is empty.',
  not_in_channel: 'The bot is not in the channel: invite it.',
  restricted_action: 'The workspace does not let apps write there.',
  team_access_not_granted: 'The app is not approved for this workspace.',
  thread_locked: 'The thread is closed.',
  token_expired: 'The token of the bot has expired: install the app again.',
  token_revoked:
    'The token of the bot was revoked: install the app again. A token that was copied is then a new SLACK_BOT_TOKEN.',
  user_not_found: 'The user does not exist in this workspace.',
  user_not_in_channel:
    'The user is not in the channel, so that a message for that user alone cannot be shown there.',
}

/** Safe to show. */
export function tellRefusal({ error, needed }: Refusal): string {
  if (error === 'missing_scope')
    return `missing_scope: The app lacks ${needed ?? 'a scope'}: add it in the app's settings and install the app again.`
  const words = WORDS[error]
  return words === undefined ? error : `${error}: ${words}`
}

/** Blocks that Slack does not take: the text alone is better than silence. */
const BLOCK_FAULTS: ReadonlySet<string> = new Set([
  ...['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_blocks_too_many'],
  ...['block_mismatch', 'too_many_attachments', 'msg_too_long'],
])

export function isAboutBlocks({ error }: Refusal): boolean {
  return BLOCK_FAULTS.has(error)
}
