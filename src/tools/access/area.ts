/** Access: the caller, their keys, the audit, and the keys under which secrets are sealed. */

import { defineArea } from '../../core/area/area.ts'
import { defineCommand } from '../../core/area/command.ts'
import { mcpSessionsLimit, openStreamsLimit } from '../../domain/limits/held-limits.ts'
import { keyMade, keyMessages } from '../../domain/people/key-messages.ts'
import { createKey } from './create-key.ts'
import { accessExpiries } from './expiries.ts'
import { forgetLostSecrets } from './forget-lost-secrets.ts'
import { accessIntents } from './intents.ts'
import { listAudit } from './list-audit.ts'
import { listKeys } from './list-keys.ts'
import { revokeKey } from './revoke-key.ts'
import { rotateSecrets } from './rotate-secrets.ts'
import { setLimit } from './set-limit.ts'
import { auditDays, auditEntries } from './settings.ts'
import { showUsage } from './show-usage.ts'
import { updateProfile } from './update-profile.ts'
import { verifyAddress } from './verify-address.ts'
import { whoami } from './whoami.ts'

export const access = defineArea({
  name: 'access',
  ids: ['key', 'audit', 'req'],
  scopes: {
    'access:read': { agents: 'keys and the audit are for people' },
    'access:write': {
      agents: 'an agent could create keys that outlive its run',
      keyless: 'a key keeps working after the way in is closed',
      guests: true,
    },
    'profile:read': {},
    'profile:write': {
      agents: 'only the person may set their name and time zone',
      keyless: true,
      guests: true,
    },
  },
  events: [keyMade],
  messages: keyMessages,
  limits: [openStreamsLimit, mcpSessionsLimit],
  settings: [auditDays, auditEntries],
  expires: accessExpiries,
  commands: [
    defineCommand(['keys', 'create'], createKey),
    defineCommand(['keys', 'list'], listKeys),
    defineCommand(['keys', 'revoke'], revokeKey),
    defineCommand(['limits', 'show'], showUsage),
    defineCommand(['limits', 'set'], setLimit),
    defineCommand(['secrets', 'rotate'], rotateSecrets),
    defineCommand(['secrets', 'forget-lost'], forgetLostSecrets),
  ],
  intents: accessIntents,
  operations: [
    whoami,
    updateProfile,
    verifyAddress,
    createKey,
    listKeys,
    revokeKey,
    listAudit,
    rotateSecrets,
    forgetLostSecrets,
    showUsage,
    setLimit,
  ],
})
