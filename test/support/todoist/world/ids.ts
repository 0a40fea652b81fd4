/** Ids in Todoist's form. They are counted, so that a failing test shows the same ones every time. */

const ALPHABET = '23456789CFGHJMPQRVWXcfghjmpqrvwx'
const ID_CHARS = 16
const FIRST_USER_ID = 2_671_355

/** 30 characters. */
const TOKEN_START = '0123456789abcdef0123456789abcd'

export class Ids {
  #count = 0

  next(): string {
    this.#count += 1
    let rest = this.#count
    let digits = ''
    while (rest > 0) {
      digits = ALPHABET[rest % ALPHABET.length] + digits
      rest = Math.floor(rest / ALPHABET.length)
    }
    return `6X7r${digits.padStart(ID_CHARS - 4, ALPHABET[0])}`
  }

  /** A user's id is a number in a string, even in version 1 of the API. */
  nextUser(): string {
    this.#count += 1
    return String(FIRST_USER_ID + this.#count)
  }

  /** 40 characters, as personal tokens and codes have. */
  nextToken(): string {
    this.#count += 1
    return `${TOKEN_START}${String(this.#count).padStart(10, '0')}`
  }
}
