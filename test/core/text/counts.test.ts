/** Counts with their nouns. */
import { expect, test } from 'vitest'
import { counted } from '../../../src/core/text/counts.ts'

test('a noun agrees with its count', () => {
  expect([0, 1, 2].map((count) => counted(count, 'task'))).toEqual(['0 tasks', '1 task', '2 tasks'])
  expect(counted(1, 'delivery', 'deliveries')).toBe('1 delivery')
  expect(counted(2, 'delivery', 'deliveries')).toBe('2 deliveries')
})
