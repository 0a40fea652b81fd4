/** Hooks: addresses where other services report, each event of which becomes a call. */
import { defineArea } from '../../core/area/area.ts'
import { hookKind, hookLimit } from '../../domain/hooks/store.ts'
import { hookUrlKind, hookUrlLimit } from '../../domain/inbox/hook-urls.ts'
import { createHook } from './create-hook.ts'
import { deleteHook } from './delete-hook.ts'
import { getHook } from './get-hook.ts'
import { listHooks } from './list-hooks.ts'
import { rotateSecret } from './rotate-secret.ts'
import { tryMapping } from './try-mapping.ts'
import { updateHook } from './update-hook.ts'
import { createHookUrl } from './urls/create-url.ts'
import { deleteHookUrl } from './urls/delete-url.ts'
import { listHookUrls } from './urls/list-urls.ts'

export const hooks = defineArea({
  name: 'hooks',
  ids: [hookKind, hookUrlKind],
  scopes: {
    'hooks:read': {},
    'hooks:end': {
      includes: ['hooks:read'],
      agents: 'whether a hook goes on is for people to decide',
      keyless: 'whether a hook goes on is for the people here to decide',
      guests: true,
    },
    'hooks:write': {
      includes: ['hooks:end'],
      agents: 'a hook keeps calling after the run of the agent has ended',
      keyless: 'a hook keeps a way in open after this one is closed',
    },
  },
  limits: [hookLimit, hookUrlLimit],
  operations: [
    createHook,
    listHooks,
    getHook,
    updateHook,
    deleteHook,
    rotateSecret,
    tryMapping,
    createHookUrl,
    listHookUrls,
    deleteHookUrl,
  ],
})
