/**
 * Seals texts with AES-256-GCM: each under a random data key of its own, which a master key wraps. To replace the
 * master key, only the data key is wrapped again; the sealed text stays as it is.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { MasterKey } from './master-key.ts'

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** The version of the form, the id of the master key, the wrapped data key, and the sealed text. */
type Parts = readonly [version: string, keyId: string, wrapped: string, sealed: string]

const VERSION = 'v1'
const PART = '.'

/** `place`: where the sealed text will be stored; it can be opened only as the text of this place. */
export function seal(master: MasterKey, text: string, place: string): string {
  const dataKey = randomBytes(KEY_BYTES)
  return join([VERSION, master.id, wrap(master, dataKey), encrypt(dataKey, Buffer.from(text), place)])
}

/** @throws Error when the text was sealed under another key or for another place, or was changed */
export function open(master: MasterKey, sealed: string, place: string): string {
  const [, , wrapped, text] = split(sealed)
  return decrypt(unwrap(master, wrapped), text, place).toString()
}

/**
 * The same sealed text under another master key.
 * @throws Error when it was sealed under another key than `from`, or was changed
 */
export function rewrap(from: MasterKey, to: MasterKey, sealed: string): string {
  const [version, , wrapped, text] = split(sealed)
  return join([version, to.id, wrap(to, unwrap(from, wrapped)), text])
}

function wrap(master: MasterKey, dataKey: Buffer): string {
  return encrypt(master.keyFor('seal'), dataKey, master.id)
}

function unwrap(master: MasterKey, wrapped: string): Buffer {
  return decrypt(master.keyFor('seal'), wrapped, master.id)
}

function encrypt(key: Buffer, plain: Buffer, bound: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(bound))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  )
}

function decrypt(key: Buffer, text: string, bound: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const cipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(bound))
    .setAuthTag(bytes.subarray(-TAG_BYTES))
  return Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), cipher.final()])
}

function join(parts: Parts): string {
  return parts.join(PART)
}

function split(sealed: string): Parts {
  const parts = sealed.split(PART)
  if (parts.length !== 4 || parts[0] !== VERSION) throw new Error('a sealed text is not in a known form')
  return parts as unknown as Parts
}
