/** Texts that look alike are alike, however they were typed. */
import { describe, expect, it } from 'vitest'
import { caseless, comparable, distinct } from '../../../src/core/text/comparable.ts'

const NFC = 'Café'.normalize('NFC')
const NFD = 'Café'.normalize('NFD')

describe('one form', () => {
  it('is the same for a letter with its accent and for the two beside each other', () => {
    expect(NFC).not.toBe(NFD)
    expect(comparable(NFD)).toBe(comparable(NFC))
    expect(caseless(NFD)).toBe('café'.normalize('NFC'))
  })

  it('tells texts apart, of which the first is kept as it came', () => {
    expect(distinct([NFD, NFC, 'Cafe', NFD])).toEqual([NFD, 'Cafe'])
  })
})
