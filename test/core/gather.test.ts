import { expect, it } from 'vitest'
import { gather } from '../../src/core/gather.ts'

it('serves the calls of one turn together, and those that come meanwhile together after them', async () => {
  const batches: number[][] = []
  const later: Promise<number>[] = []
  const double = gather(async (items: readonly number[]) => {
    batches.push([...items])
    if (batches.length === 1) later.push(double(4), double(5))
    return items.map((item) => item * 2)
  })
  expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6])
  expect(await Promise.all(later)).toEqual([8, 10])
  expect(await double(6)).toBe(12)
  expect(batches).toEqual([[1, 2, 3], [4, 5], [6]])
})

it('fails the calls of the batch that failed, and no others', async () => {
  const root = gather(async (items: readonly number[]) => {
    if (items.some((item) => item < 0)) throw new Error('negative')
    return items.map(Math.sqrt)
  })
  const failed = await Promise.allSettled([root(4), root(-1)])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await root(9)).toBe(3)
})
