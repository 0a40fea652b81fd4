/** What a gateway lends to operations where nothing is configured: no model, no agent file, no secret, no connector, no event. */
import type { Runtime } from '../../../src/core/call/runtime.ts'
import type { ReachResources, Resources } from '../../../src/core/operation/context.ts'
import { createConsents } from '../../../src/domain/accounts/consents.ts'
import { createMappings } from '../../../src/domain/hooks/mapping.ts'
import { createMappingProcesses } from '../../../src/domain/hooks/mapping-processes.ts'
import { createKeyRing } from '../../../src/domain/secrets/key-ring.ts'
import { createSecrets } from '../../../src/domain/secrets/secrets.ts'

export const NO_MODELS: Resources['models'] = {
  isConfigured: () => false,
  standard: undefined,
  facts: () => ({ contextTokens: 100_000, maxOutputTokens: 8_000, price: 'unknown' }),
}

export const NO_AGENT_FILES: Resources['agentFiles'] = { list: async () => [] }

const ring = createKeyRing({ secrets: [] })
const { secrets } = createSecrets(ring)

export const NOTHING: Pick<
  Resources,
  | 'models'
  | 'agentFiles'
  | 'secrets'
  | 'connectors'
  | 'limits'
  | 'consents'
  | 'mappings'
  | 'events'
  | 'messages'
  | 'channels'
  | 'letters'
  | 'mailLinks'
  | 'addressCodes'
  | 'publicUrl'
> = {
  models: NO_MODELS,
  agentFiles: NO_AGENT_FILES,
  secrets,
  connectors: [],
  limits: [],
  events: [],
  messages: [],
  channels: [],
  letters: [],
  mailLinks: undefined,
  addressCodes: undefined,
  consents: createConsents(ring),
  mappings: createMappings(createMappingProcesses()),
  publicUrl: () => undefined,
}

export const NO_ACCOUNTS: Runtime['lend'] = () => ({
  resources: {} as ReachResources,
  failed: async (thrown) => thrown,
})
