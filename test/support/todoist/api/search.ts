import { missing } from '../api-error.ts'

/** Whether a name holds what is searched for: `*` is any text, `\*` the sign itself. */
export function matches(query: string | undefined, name: string): boolean {
  if (query === undefined || query === '') return missing('query')
  const parts = query.split(/(\\\*|\*)/).map((part) => {
    if (part === '*') return '.*'
    return (part === '\\*' ? '*' : part).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  const whole = parts.join('')
  return new RegExp(query.includes('*') ? `^${whole}$` : whole, 'i').test(name)
}
