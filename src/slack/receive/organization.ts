/**
 * What arrives for an installation of a whole organization, which is refused: Slack names no workspace of it, or that of the
 * user, so that it could get into the conversations of another installation.
 */
import { isJsonObject, type JsonObject } from '../../core/text/json.ts'
import { ofOrganization } from '../../domain/slack/workspaces.ts'
import type { Arrived } from './arrived.ts'

export function isOfOrganization({ authorizations, is_enterprise_install: isWhole }: JsonObject): boolean {
  const first: unknown = Array.isArray(authorizations) ? authorizations[0] : undefined
  // A command is a form, whose values are words.
  return (
    isWhole === true || isWhole === 'true' || (isJsonObject(first) && first.is_enterprise_install === true)
  )
}

/** Why it is refused, and what to do; where Slack shows it, the body of the acknowledgement. */
export function refuseOrganization({ kind }: Arrived): { words: string; response: JsonObject | undefined } {
  const { message, fix } = ofOrganization()
  const words = `${message} ${fix}`
  const isShown = kind === 'slash_commands'
  return { words, response: isShown ? { response_type: 'ephemeral', text: words } : undefined }
}
