/** A file as Slack describes it, and whether it can be taken. */
import { z } from 'zod'

/** What Slack says of a file in a message, and in `files.info`. Slack leaves out what it keeps to itself. */
export const FileFacts = z.object({
  id: z.string(),
  name: z.string().nullish(),
  title: z.string().nullish(),
  mimetype: z.string().nullish(),
  size: z.int().nullish(),
  mode: z.string().nullish(),
  is_external: z.boolean().nullish(),
  external_type: z.string().nullish(),
  file_access: z.string().nullish(),
  url_private: z.string().nullish(),
  url_private_download: z.string().nullish(),
})
export type FileFacts = z.output<typeof FileFacts>

/** In channels that companies share, a message holds no more than the id of a file. */
const ASK_FIRST = 'check_file_info'

export function isToBeAsked({ file_access: access }: FileFacts): boolean {
  return access === ASK_FIRST
}

/** What can be read here, or by a model: text in its many forms, PDF, and images. */
const TAKEN =
  /^text\/|^application\/(json|pdf|rtf|toml|x-ndjson|x-yaml|xml|yaml|javascript|typescript|sql)$|\+(json|xml|yaml)$|^image\/(gif|jpeg|png|webp)$/i

/** A file that can be fetched. */
export interface Fetchable {
  readonly id: string
  readonly name: string
  readonly mediaType: string
  readonly sizeBytes: number
  readonly url: string
}

/** Why a file is not taken: a sentence after its name, and the way out. */
export interface FileFault {
  readonly why: string
  readonly fix: string
}

/** `maxBytes`: of the largest file that is taken. */
export function readFacts(facts: FileFacts, maxBytes: number): Fetchable | FileFault {
  const fault = placeFault(facts)
  if (fault !== undefined) return fault
  const { id, mimetype, size } = facts
  const url = facts.url_private_download ?? facts.url_private
  if (url == null || size == null) return { why: 'Slack does not give it to me', fix: AGAIN }
  const mediaType = mimetype ?? 'application/octet-stream'
  if (!TAKEN.test(mediaType))
    return {
      why: `I cannot read files of the type ${mediaType}`,
      fix: 'Send it as text, CSV, PDF or an image.',
    }
  if (size === 0) return { why: 'it is empty', fix: 'Look whether it was saved before you sent it.' }
  return size > maxBytes ? tooLarge(maxBytes) : { id, name: nameOf(facts), mediaType, sizeBytes: size, url }
}

export const AGAIN = 'Send it again.'

export function nameOf({ name, title, id }: FileFacts): string {
  return name || title || id
}

const MEGABYTE = 1024 * 1024

export function tooLarge(maxBytes: number): FileFault {
  const most = `${Math.round((maxBytes * 10) / MEGABYTE) / 10} MB`
  return { why: `it is larger than ${most}`, fix: 'Send it in parts, or only the part that matters.' }
}

/** Where Slack itself has no contents. */
function placeFault(facts: FileFacts): FileFault | undefined {
  const { mode, file_access: access } = facts
  if (facts.is_external === true || mode === 'external') {
    const at = facts.external_type ? ` (${facts.external_type})` : ''
    return {
      why: `it is kept outside of Slack${at}, and all that reaches me is a link`,
      fix: 'Download it there, and send the file itself.',
    }
  }
  if (mode === 'tombstone' || access === 'file_not_found') return { why: 'it was deleted', fix: AGAIN }
  if (mode === 'hidden_by_limit')
    return { why: 'Slack hides it, because the workspace is over its storage limit', fix: AGAIN }
  if (access === 'access_denied')
    return { why: 'Slack does not let me see it', fix: 'Share it in this conversation, where I am a member.' }
  return undefined
}
