/** access.rotate_secrets: a new key for the secrets of connected accounts, while everything runs. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'

export const rotateSecrets = defineOperation({
  name: 'access.rotate_secrets',
  summary: 'Seal all stored secrets under the current key again; a key file gets a new key first.',
  details:
    'With SWITCHBOARD_SECRET, first start every process with the new secret and the one before it, separated by a comma; call this; then leave the old secret out. It can be interrupted and repeated at any time.',
  keywords: 'renew, replace, change encryption key, master key, SWITCHBOARD_SECRET, leaked',
  route: 'POST /v1/secrets/rotate',
  input: z.object({}),
  output: z.object({
    rewrapped: z.int().describe('How many secrets are now sealed under the current key'),
    lost: z.int().describe('How many secrets are sealed under keys that this process does not have'),
    newKey: z.boolean().describe('Whether the key file got a new key; SWITCHBOARD_SECRET is set by you'),
  }),
  scope: 'admin',
  effect: 'write',
  repeat: 'natural',
  // Each secret is replaced on its own, so that a long rotation holds nothing that calls wait for.
  outside: 'idempotent',
  listed: false,
  audience: 'people',
  example: {},
  reach: async (_input, ctx) => await ctx.secrets.rotate(ctx.db, ctx.now),
  run: async (_input, _ctx, rotation) => rotation,
  tell({ rewrapped, lost, newKey }) {
    const done = `Sealed ${counted(rewrapped, 'secret')} under the current key.`
    const next = newKey
      ? 'It is new, and in secrets.key: back that file up.'
      : 'SWITCHBOARD_SECRET no longer needs an earlier secret.'
    if (lost === 0) return `${done} ${next}`
    return `${done} ${lost} cannot be opened here, because their key is missing: put it after the current one in SWITCHBOARD_SECRET and repeat.`
  },
})
