/**
 * Takes the files of a message that is for the bot: each is fetched from Slack, and kept once. What cannot be taken is told,
 * and holds back neither the other files nor the message.
 */

import type { Runtime } from '../../core/call/runtime.ts'
import { AppError } from '../../core/errors.ts'
import type { SlackDownloaded } from '../../core/outbound/slack.ts'
import type { Attempt } from '../../domain/inbox/prepared.ts'
import type { Artifact } from '../../domain/runs/artifacts/artifacts.ts'
import { cleanFileName } from '../../domain/runs/artifacts/clean-file-name.ts'
import { SENT_FILE_MAX_BYTES } from '../../domain/runs/artifacts/sent-files.ts'
import {
  AGAIN,
  type Fetchable,
  FileFacts,
  type FileFault,
  isToBeAsked,
  nameOf,
  readFacts,
  tooLarge,
} from '../../domain/slack/files/file-facts.ts'
import { type FileOrigin, findFile, storeFile } from '../../domain/slack/files/store.ts'
import { callAs } from '../../domain/slack/slack-app.ts'
import type { Speaking } from '../../domain/slack/speaker.ts'
import { mayWork, readDownloaded } from './read-downloaded.ts'

/** The most files of one message. */
const FILES_MAX = 20
/** Milliseconds for which a message waits for its files; where Slack asks for more, it goes on without them. */
const WAIT_MAX_MS = 60_000

export interface RefusedFile extends FileFault {
  readonly name: string
}

export interface ReceivedFiles {
  readonly kept: readonly Artifact[]
  readonly refused: readonly RefusedFile[]
}

/** What taking files needs. */
interface Handling {
  readonly runtime: Runtime
  readonly speaking: Speaking
  readonly attempt: Attempt
}

/** A message with files, and whose they become. */
export interface Sent {
  readonly teamId: string
  readonly channelId: string
  readonly ts: string
  readonly files: readonly FileFacts[]
  readonly personId: string
  readonly spaceId: string
}

/** @throws AppError `unavailable`, `rate_limited` where another attempt may get what is missing */
export async function receiveFiles(
  handling: Handling,
  { files, personId, spaceId, ts: messageTs, ...place }: Sent,
): Promise<ReceivedFiles> {
  const kept: Artifact[] = []
  const refused: RefusedFile[] = []
  // One after the other: a worker holds one file at a time in memory.
  for (const facts of files.slice(0, FILES_MAX)) {
    const origin = { ...place, spaceId, fileId: facts.id, messageTs }
    const taken = await takeFile(handling, facts, { origin, personId })
    if ('id' in taken) kept.push(taken)
    else refused.push({ name: cleanFileName(nameOf(facts)), ...taken })
  }
  const fix = 'Send the others in a message of their own.'
  for (const facts of files.slice(FILES_MAX))
    refused.push({ name: cleanFileName(nameOf(facts)), why: `I take ${FILES_MAX} files of a message`, fix })
  return { kept, refused }
}

interface Whose {
  readonly origin: FileOrigin
  readonly personId: string
}

async function takeFile(
  handling: Handling,
  facts: FileFacts,
  { origin, personId }: Whose,
): Promise<Artifact | FileFault> {
  const { runtime, speaking } = handling
  const earlier = await findFile(speaking.db, origin)
  if (earlier !== undefined) return earlier
  const told = isToBeAsked(facts) ? await askFor(handling, facts) : facts
  if ('why' in told) return told
  const maxBytes = speaking.app.fileMaxBytes ?? SENT_FILE_MAX_BYTES
  const file = readFacts(told, maxBytes)
  if ('why' in file) return file
  const fetched = await fetchFile(handling, file, maxBytes)
  if ('why' in fetched) return fetched
  const { mediaType } = file
  const stored = { personId, name: cleanFileName(file.name), mediaType, content: fetched.content }
  try {
    return await runtime.transaction(({ db }) =>
      storeFile({ db, now: speaking.now, newId: runtime.newId }, origin, stored),
    )
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'payload_too_large') throw thrown
    return { why: `there is no room for it: ${thrown.message}`, fix: thrown.fix ?? '' }
  }
}

/** What Slack says of a file when it is asked. */
async function askFor(handling: Handling, { id: file }: FileFacts): Promise<FileFacts | FileFault> {
  const { app, signal, workspace } = handling.speaking
  const answer = await callAs(app, workspace.teamId, { method: 'files.info', args: { file }, signal })
  switch (answer.kind) {
    case 'ok':
      return { ...FileFacts.parse(answer.body.file), file_access: null }
    case 'refused':
      return answer.error === 'file_not_found' || answer.error === 'file_deleted'
        ? { why: 'it was deleted', fix: AGAIN }
        : { why: `Slack does not let me see it (${answer.error})`, fix: ASK_ADMIN }
    case 'limited':
      return notNow(handling, answer.retryAfterMs)
    case 'unclear':
      return notNow(handling)
  }
}

const ASK_ADMIN = 'An admin of Switchboard sees in its Slack doctor what is missing.'

async function fetchFile(
  handling: Handling,
  file: Fetchable,
  maxBytes: number,
): Promise<{ readonly content: Uint8Array } | FileFault> {
  const { app, signal, workspace } = handling.speaking
  const token = await app.tokenOf(workspace.teamId)
  if (token === undefined) return { why: 'Slack does not give it to me', fix: ASK_ADMIN }
  const downloaded: SlackDownloaded = await app.api.download(file.url, { token, maxBytes, signal })
  if (downloaded.kind === 'too large') return tooLarge(maxBytes)
  const read = readDownloaded(downloaded, file)
  if ('content' in read) return read
  return mayWork(downloaded, file) ? notNow(handling, retryAfterOf(downloaded), read) : read
}

function retryAfterOf(downloaded: SlackDownloaded): number | undefined {
  return downloaded.kind === 'limited' ? downloaded.retryAfterMs : undefined
}

const LATER: FileFault = { why: 'Slack does not hand it out now', fix: 'Send it again in a few minutes.' }

/** @throws AppError where another attempt is made soon enough */
function notNow({ attempt }: Handling, retryAfterMs = 0, fault = LATER): FileFault {
  if (attempt.isLast || retryAfterMs > WAIT_MAX_MS) return fault
  throw new AppError(
    retryAfterMs > 0 ? 'rate_limited' : 'unavailable',
    'Slack does not hand out a file now.',
    {
      ...(retryAfterMs > 0 && { retryAfterMs }),
    },
  )
}
