/** Times that something took are said in the units that people use. */
import { expect, test } from 'vitest'
import { durationText } from '../../../src/domain/time/duration-text.ts'

test.each([
  [1500, '1.5 s'],
  [670_700, '11 min 10 s'],
  [3 * 3_600_000 + 5 * 60_000 + 1, '3 h 5 min'],
])('%i ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})
