/** What people type for a time of day. */
import { readTime } from '../days/time-words.ts'
import { wallTimeOf } from '../days/wall-time.ts'

/** `8:30`, `8am` as HH:MM; undefined for other words. `half`: the half of the day that a bare number is of. */
export function timeIn(text: string, half?: 'morning'): string | undefined {
  // A number alone is a time only after "at".
  const words = ['at', ...text.toLowerCase().split(/\s+/)]
  const read = readTime(words, 0)
  if (read === undefined || read.length !== words.length || read.said.lengthMinutes !== null) return undefined
  return (half && wallTimeOf(read.said, half)) ?? wallTimeOf(read.said, null)
}

export const isTime = (text: string): boolean => timeIn(text) !== undefined
