/** access.revoke_key: an API key, permanently revoked. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { ApiKey, KeyId, keyUri, toApiKey } from '../../domain/access/key.ts'
import { revokeKey as revokeKeyIn } from '../../domain/access/keys.ts'
import { assertMayRevoke } from '../../domain/people/manage.ts'

export const revokeKey = defineOperation({
  name: 'access.revoke_key',
  summary: 'Revoke an API key permanently. Calls with it are refused from then on.',
  keywords: 'delete, remove, disable, invalidate, leaked, stolen, lost, compromised token, credentials',
  route: 'POST /v1/keys/:keyId/revoke',
  input: z.object({ keyId: KeyId }),
  output: z.object({ key: ApiKey, changed: z.boolean().describe('false: it was revoked before') }),
  scope: 'access:write',
  effect: 'destroy',
  repeat: 'natural',
  listed: false,
  example: { keyId: 'key_01h455vb4pex5vsknk084sn02q' },
  async run({ keyId }, ctx) {
    const { row, changed } = await revokeKeyIn(ctx, keyId)
    await assertMayRevoke(ctx, row.personId)
    if (changed) {
      ctx.changed(keyUri(keyId))
      ctx.touched(keyUri(keyId), row.personId)
    }
    return { key: toApiKey(row, ctx.now), changed }
  },
  tell: ({ key, changed }) =>
    `${changed ? 'Revoked' : 'Revoked before'}: ${key.label} (${key.id}, ${key.hint}).`,
})
