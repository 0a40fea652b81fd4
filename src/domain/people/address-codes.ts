/**
 * The codes by which people confirm their addresses. A code is mailed to the address and entered by the person, so that
 * neither somebody else who reads the mail nor somebody else at the gateway can confirm it. Nothing of a code is stored.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Db } from '../db/db.ts'
import type { LinkKeys } from '../mail/link-keys.ts'

declare module '../../core/operation/context.ts' {
  interface Resources {
    /** Undefined where no mails are sent. */
    readonly addressCodes: AddressCodes | undefined
  }
}

const DAY_MS = 24 * 60 * 60 * 1000
/** A code works on the day on which it was made (UTC), and on so many days after it. */
const DAYS_AFTER = 2
/** Without I, O, 0 and 1, which are mistaken for one another: 32 letters, so that a byte chooses each evenly. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
/** Letters of each of the two parts of a code: 40 bits in all. */
const PART_LETTERS = 4

interface Asked {
  readonly personId: string
  readonly address: string
  readonly now: Date
}

export interface AddressCodes {
  /** Such as `ABCD-2345`. @throws AppError `not_configured` where no secret is set to sign with */
  make(db: Db, asked: Asked): Promise<string>
  /** Whether this is a code for the address that still works, however it is typed. */
  isRight(db: Db, code: string, asked: Asked): Promise<boolean>
}

export function createAddressCodes(keys: LinkKeys): AddressCodes {
  return {
    make: async (db, asked) => codeOf(await keys.signing(db, asked.now), asked, dayOf(asked.now)),
    async isRight(db, code, asked) {
      const letters = lettersOf(code)
      const days = Array.from({ length: DAYS_AFTER + 1 }, (_, age) => dayOf(asked.now) - age)
      const known = await keys.known(db)
      return known.some((key) => days.some((day) => isSame(letters, lettersOf(codeOf(key, asked, day)))))
    },
  }
}

function dayOf(now: Date): number {
  return Math.floor(now.getTime() / DAY_MS)
}

function codeOf(key: Buffer, { personId, address }: Asked, day: number): string {
  const signed = JSON.stringify(['address-code', day, personId, address])
  const bytes = createHmac('sha256', key)
    .update(signed)
    .digest()
    .subarray(0, 2 * PART_LETTERS)
  const letters = Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join('')
  return `${letters.slice(0, PART_LETTERS)}-${letters.slice(PART_LETTERS)}`
}

function lettersOf(code: string): string {
  return code.toUpperCase().replace(/[^A-Z0-9]/g, '')
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
