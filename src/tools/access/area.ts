/** Access: who calls, with which key, and the audit of what was done. */

import { defineArea } from '../../core/area/area.ts'
import { defineCommand } from '../../core/area/command.ts'
import { createKey } from './create-key.ts'
import { accessExpiries } from './expiries.ts'
import { listAudit } from './list-audit.ts'
import { listKeys } from './list-keys.ts'
import { revokeKey } from './revoke-key.ts'
import { auditDays, auditEntries } from './settings.ts'
import { updateProfile } from './update-profile.ts'
import { whoami } from './whoami.ts'

export const access = defineArea({
  name: 'access',
  ids: ['key', 'audit', 'req'],
  scopes: {
    'access:read': { agents: 'keys and the audit are for people' },
    'access:write': {
      agents: 'an agent would make keys that outlive its run',
      keyless: 'a key goes on working when the way in is closed',
    },
    'profile:read': {},
    'profile:write': {
      agents: 'who a person is, and their time zone, is for the person to say',
      keyless: true,
    },
  },
  settings: [auditDays, auditEntries],
  expires: accessExpiries,
  commands: [
    defineCommand(['keys', 'create'], createKey),
    defineCommand(['keys', 'list'], listKeys),
    defineCommand(['keys', 'revoke'], revokeKey),
  ],
  operations: [whoami, updateProfile, createKey, listKeys, revokeKey, listAudit],
})
