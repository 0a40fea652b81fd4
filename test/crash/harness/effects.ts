/** Operations whose effect lies outside the database, at the counting server. */
import { z } from 'zod'
import { AppError } from '../../../src/core/errors.ts'
import { defineOperation, type Operation } from '../../../src/core/operation/operation.ts'

const shape = {
  input: z.object({ label: z.string() }),
  output: z.object({ label: z.string() }),
  scope: 'tasks:write',
  repeat: 'keyed',
  example: { label: 'one' },
  tell: ({ label }: { label: string }) => `It happened: ${label}`,
} as const

/** Times that a call whose answer was lost is made again with the same key. */
const TRIES = 3

export function createEffects(url: string): readonly Operation[] {
  async function call(kind: string, label: string, key = ''): Promise<void> {
    const response = await fetch(`${url}/effects`, {
      method: 'POST',
      body: JSON.stringify({ kind, label, key }),
    })
    if (!response.ok) throw new Error(`the counting server answered ${response.status}`)
    await response.text()
  }

  async function callAgain(kind: string, label: string, key: string): Promise<void> {
    for (let left = TRIES; ; left -= 1) {
      try {
        return await call(kind, label, key)
      } catch (cause) {
        if (left === 1) throw new AppError('unavailable', 'The counting server does not answer.', { cause })
      }
    }
  }

  return [
    defineOperation({
      ...shape,
      name: 'effects.count',
      summary: 'Count once for each key.',
      route: 'POST /v1/effects/count',
      effect: 'write',
      outside: 'idempotent',
      reach: ({ label }, ctx) => callAgain('count', label, ctx.idempotencyKey),
      run: async ({ label }) => ({ label }),
    }),
    defineOperation({
      ...shape,
      name: 'effects.fire',
      summary: 'Happen anew whenever it is called.',
      route: 'POST /v1/effects/fire',
      effect: 'write',
      outside: 'once',
      reach: ({ label }) => call('fire', label),
      run: async ({ label }) => ({ label }),
    }),
    defineOperation({
      ...shape,
      name: 'effects.erase',
      summary: 'Happen once for each key, after a person has agreed.',
      route: 'POST /v1/effects/erase',
      effect: 'destroy',
      outside: 'idempotent',
      reach: ({ label }, ctx) => callAgain('erase', label, ctx.idempotencyKey),
      run: async ({ label }) => ({ label }),
    }),
  ]
}
