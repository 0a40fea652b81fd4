/** Tells a file from what Slack sends in place of it. */
import type { SlackDownloaded } from '../../core/outbound/slack.ts'
import { AGAIN, type Fetchable, type FileFault } from '../../domain/slack/files/file-facts.ts'

type Expected = Pick<Fetchable, 'mediaType' | 'sizeBytes'>

export function readDownloaded(
  downloaded: Exclude<SlackDownloaded, { kind: 'too large' }>,
  expected: Expected,
): { readonly content: Uint8Array } | FileFault {
  switch (downloaded.kind) {
    case 'ok':
      if (isSignInPage(downloaded, expected)) return SIGN_IN
      return isWhole(downloaded, expected) ? { content: downloaded.content } : CUT
    case 'gone':
      return { why: 'it was deleted meanwhile', fix: AGAIN }
    case 'forbidden':
      return {
        why: 'Slack does not let me see it',
        fix: 'Share it in this conversation, where I am a member.',
      }
    case 'elsewhere':
      return { why: 'Slack sent me to an address that is not its own', fix: AGAIN }
    case 'limited':
      return { why: 'Slack gives out no more files for now', fix: IN_MINUTES }
    case 'failed':
      return { why: 'it did not arrive from Slack', fix: IN_MINUTES }
  }
}

const IN_MINUTES = 'Send it again in a few minutes.'
const CUT: FileFault = { why: 'only a part of it arrived from Slack', fix: IN_MINUTES }
const SIGN_IN: FileFault = {
  why: 'Slack asked me to sign in, in place of giving me the file',
  fix: 'An admin of Switchboard sees in its Slack doctor whether the scope files:read is missing.',
}

/** Whether another attempt may get the file. */
export function mayWork(downloaded: SlackDownloaded, expected: Expected): boolean {
  if (downloaded.kind === 'limited' || downloaded.kind === 'failed') return true
  return downloaded.kind === 'ok' && !isSignInPage(downloaded, expected) && !isWhole(downloaded, expected)
}

type Ok = Extract<SlackDownloaded, { kind: 'ok' }>

const HTML = /^(text\/html|application\/xhtml\+xml)$/i

/** A page is the file itself only where Slack calls the file a page, and of this size. */
function isSignInPage(downloaded: Ok, expected: Expected): boolean {
  return downloaded.isPage && !(HTML.test(expected.mediaType) && isWhole(downloaded, expected))
}

function isWhole({ content }: Ok, { sizeBytes }: Expected): boolean {
  return content.byteLength === sizeBytes
}
