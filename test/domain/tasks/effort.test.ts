/** Effort buckets: FlowCoach's bounds and quick verbs. */
import { expect, test } from 'vitest'
import {
  bucketOf,
  bucketOfMinutes,
  isProjectCandidate,
  startsQuickly,
} from '../../../src/domain/planning/effort.ts'

test.each([
  [1, '2min'],
  [5, '2min'],
  [6, '10min'],
  [15, '10min'],
  [16, '30plus'],
  [600, '30plus'],
])('%i minutes are bucket %s', (minutes, bucket) => {
  expect(bucketOfMinutes(minutes)).toBe(bucket)
})

test('a quick first verb means ten minutes, other titles are unknown', () => {
  expect(bucketOf('Email Ann', null)).toBe('10min')
  expect(bucketOf('call', null)).toBe('10min')
  expect(bucketOf('Recall the product', null)).toBeNull()
  expect(bucketOf('Draft an email', null)).toBeNull()
  expect(bucketOf('Email Ann', 45)).toBe('30plus')
  expect(startsQuickly('Reply: yes')).toBe(true)
})

test('only the longest bucket is a project candidate', () => {
  expect(['2min', '10min', '30plus', null].map((bucket) => isProjectCandidate(bucket as '2min'))).toEqual([
    false,
    false,
    true,
    false,
  ])
})
