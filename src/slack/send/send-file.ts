/**
 * Sends a file to Slack in three steps: an address for it, its bytes, and the message that shows it. Nothing is seen before the
 * last step, so only that one is looked for at Slack before it is made again.
 */
import { z } from 'zod'
import type { SlackAnswer } from '../../core/outbound/slack.ts'
import type { Carried } from '../../domain/outbox/carrier.ts'
import { findContent } from '../../domain/runs/artifacts/find-content.ts'
import { forgetSteps, keepStep } from '../../domain/slack/posts/keep-step.ts'
import { giveUpFile } from './give-up-file.ts'
import { tellRefusal } from './refusals.ts'
import { later, openChannel, type Sending, type SendParts } from './sending.ts'

type SendingFile = Sending<'file'>

export async function sendFile(parts: SendParts, sending: SendingFile): Promise<Carried> {
  const { fileId } = sending.post
  if (fileId === undefined) return await upload(parts, sending)
  const opened = await openChannel(parts, sending)
  return 'outcome' in opened
    ? opened.outcome
    : await share(parts, sending, { fileId, channel: opened.channel })
}

const Announced = z.object({ upload_url: z.string(), file_id: z.string() })

/** The first two steps. An attempt has time for them or for the last one. */
async function upload(parts: SendParts, sending: SendingFile): Promise<Carried> {
  const { post, token, signal } = sending
  const file = await findContent(parts.db, post)
  // It was deleted, or belongs to others now.
  if (file === undefined) return { kind: 'unreachable' }
  const args = { filename: file.name, length: file.content.byteLength }
  const answer = await parts.api.call('files.getUploadURLExternal', args, { token, signal })
  if (answer.kind !== 'ok') return await failed(parts, sending, answer)
  const { upload_url: url, file_id: fileId } = Announced.parse(answer.body)
  const uploaded = await parts.api.upload(url, file.content, signal)
  switch (uploaded.kind) {
    case 'ok':
      return (await keepStep(parts.db, sending.row, { fileId }))
        ? later('its bytes are at Slack', 0)
        : TAKEN_OVER
    case 'limited':
      return later('Slack takes no more files for now', uploaded.retryAfterMs)
    case 'failed':
      return { kind: 'failed', why: uploaded.why }
    case 'refused':
      return await giveUpFile(parts, sending, uploaded.why)
  }
}

const TAKEN_OVER: Carried = { kind: 'failed', why: 'another sender has the file' }

interface Uploaded {
  readonly fileId: string
  readonly channel: string
}

async function share(parts: SendParts, sending: SendingFile, uploaded: Uploaded): Promise<Carried> {
  const { post, token, signal } = sending
  if (post.isSharing) {
    const outcome = await readBack(parts, sending, uploaded)
    if (outcome !== undefined) return outcome
  } else if (!(await keepStep(parts.db, sending.row, { isSharing: true }))) return TAKEN_OVER
  const { fileId, channel } = uploaded
  const args = { files: [{ id: fileId, title: post.name }], channel_id: channel, thread_ts: post.threadTs }
  const answer = await parts.api.call('files.completeUploadExternal', args, { token, signal })
  if (answer.kind === 'refused' && answer.error === NOT_FOUND) return await beginAgain(parts, sending)
  return answer.kind === 'ok' ? { kind: 'sent' } : await failed(parts, sending, answer)
}

const NOT_FOUND = 'file_not_found'

const ids = z.array(z.string()).default([])
const Shown = z.object({ file: z.object({ channels: ids, groups: ids, ims: ids }) })

/** Undefined: Slack does not show the file. */
async function readBack(
  parts: SendParts,
  sending: SendingFile,
  { fileId: file, channel }: Uploaded,
): Promise<Carried | undefined> {
  const { token, signal } = sending
  const answer = await parts.api.call('files.info', { file }, { token, signal })
  if (answer.kind === 'refused') {
    if (answer.error === NOT_FOUND) return undefined
    return {
      kind: 'refused',
      why: `Slack may show the file already, which cannot be read: ${tellRefusal(answer)}`,
    }
  }
  if (answer.kind !== 'ok') return await failed(parts, sending, answer)
  const { channels, groups, ims } = Shown.parse(answer.body).file
  if ([...channels, ...groups, ...ims].includes(channel)) return { kind: 'sent' }
  return { kind: 'failed', why: 'Slack has the file, and does not show it yet' }
}

/** Slack forgets bytes that nobody shows. */
async function beginAgain(parts: SendParts, sending: SendingFile): Promise<Carried> {
  const isKept = await forgetSteps(parts.db, sending.row)
  return isKept ? { kind: 'failed', why: 'Slack no longer has its bytes' } : TAKEN_OVER
}

async function failed(
  parts: SendParts,
  sending: SendingFile,
  answer: Exclude<SlackAnswer, { kind: 'ok' }>,
): Promise<Carried> {
  switch (answer.kind) {
    case 'limited':
      parts.hold(sending.row.receiverId, answer.retryAfterMs)
      return later('Slack takes no more files for now', answer.retryAfterMs)
    case 'unclear':
      return { kind: 'failed', why: answer.why }
    case 'refused':
      return await giveUpFile(parts, sending, tellRefusal(answer))
  }
}
