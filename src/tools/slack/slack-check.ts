/** The doctor's check of the settings of Slack; slack.doctor also asks Slack. */
import { type Check, defineCheck } from '../../core/area/check.ts'
import type { Settings } from '../../core/area/setting.ts'
import {
  slackAppToken,
  slackBotToken,
  slackClientId,
  slackClientSecret,
  slackSigningSecret,
} from './settings.ts'

export const slackCheck = defineCheck({ name: 'Slack', examine: examineSettings })

function examineSettings(settings: Settings): ReturnType<Check['examine']> {
  const hasClientId = settings.of(slackClientId) !== undefined
  const hasClientSecret = settings.of(slackClientSecret) !== undefined
  if (hasClientId !== hasClientSecret) {
    const missing = hasClientId ? 'SLACK_CLIENT_SECRET' : 'SLACK_CLIENT_ID'
    return {
      state: 'warn',
      found: `no ${missing}`,
      fix: 'Set both, from the page Basic Information, or neither.',
    }
  }
  const hasBot = settings.of(slackBotToken) !== undefined || hasClientId
  const hasSocket = settings.of(slackAppToken) !== undefined
  const hasHttp = settings.of(slackSigningSecret).length > 0
  if (!hasBot) {
    if (!hasSocket && !hasHttp)
      return { state: 'ok', found: 'not connected: `switchboard slack manifest` begins it' }
    return {
      state: 'warn',
      found: 'no SLACK_BOT_TOKEN',
      fix: 'Set the token of the bot too (for many workspaces: SLACK_CLIENT_ID and SLACK_CLIENT_SECRET), or none of them.',
    }
  }
  if (!hasSocket && !hasHttp) {
    const fix = 'Set SLACK_APP_TOKEN for a socket, or SLACK_SIGNING_SECRET for HTTP.'
    return { state: 'warn', found: 'no events can arrive', fix }
  }
  return { state: 'ok', found: 'configured: `switchboard slack doctor` asks Slack' }
}
