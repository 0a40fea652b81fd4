/**
 * The form of an API key: `sb_`, or `sb_run_` for a run's key, then 256 random bits and a checksum that reveals typos.
 */
import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { cutText } from '../../core/text/cut.ts'

const PREFIX = 'sb_'
const RUN_PREFIX = 'sb_run_'
const INVITATION_PREFIX = 'sb_inv_'
const SECRET_BYTES = 32
/** base64url of the random bytes, then of the 4 bytes of the checksum. */
const FORM = /^(?:sb_|sb_run_)([A-Za-z0-9_-]{43})([A-Za-z0-9_-]{6})$/
/** Characters after the prefix. */
const RANDOM_PART_CHARS = 49
/** Leading characters that are stored, by which a person tells keys apart; they reveal 30 of 256 bits. */
const HINT_CHARS = PREFIX.length + 5

/** A new key. It is shown to a person once; only its hash is stored. */
export function makeKey(): string {
  return `${PREFIX}${randomPart()}`
}

/** A new key for a run, given to the process that carries the run out. */
export function makeRunKey(): string {
  return `${RUN_PREFIX}${randomPart()}`
}

/** What an invitation is accepted with. Its form is not that of a key, so it opens nothing else. */
export function makeInvitationToken(): string {
  return `${INVITATION_PREFIX}${randomPart()}`
}

function randomPart(): string {
  const random = randomBytes(SECRET_BYTES).toString('base64url')
  return `${random}${checksumOf(random)}`
}

/** Whether a key of valid form belongs to a run. The random part of another key may begin like it, but is shorter. */
export function isRunKey(key: string): boolean {
  return key.startsWith(RUN_PREFIX) && key.length === RUN_PREFIX.length + RANDOM_PART_CHARS
}

/** Whether a text can be one of our keys at all: a text that cannot is not looked up. */
export function isKeyForm(text: string): boolean {
  const [, random = '', checksum] = FORM.exec(text) ?? []
  return checksum !== undefined && checksumOf(random) === checksum
}

/**
 * The hash under which a key is stored and looked up: SHA-256, base64url. A slow hash protects passwords, which
 * can be guessed; 256 random bits cannot, and this runs for each request.
 */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}

/** The part of a key that lists show. */
export function hintOf(key: string): string {
  return `${cutText(key, HINT_CHARS)}…`
}

function checksumOf(random: string): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(random))
  return bytes.toString('base64url')
}
