/** What the examples of Slack find: an app that workspaces can install, one that did, and a user who was shown a code. */
import { createSlackApi } from '../../../src/clients/slack/web-api.ts'
import { hashPairingCode, notePairing } from '../../../src/domain/slack/pairings.ts'
import type { SlackApp } from '../../../src/domain/slack/slack-app.ts'
import { storeWorkspace } from '../../../src/domain/slack/workspaces.ts'
import type { AreaWorld, Step } from '../../parity/steps.ts'

const WORKSPACE = {
  ...{ teamId: 'T0123ABCD', enterpriseId: null, name: 'Acme', url: 'https://acme.slack.com/' },
  ...{ botUserId: 'U0BOT', botId: 'B0BOT', scopes: [], checkedAt: new Date(0) },
  ...{ installedAt: null, removedAt: null },
}

/** Nothing here asks Slack: no workspace has a token. */
export const slackApp: SlackApp = {
  api: createSlackApi('http://127.0.0.1:9/api'),
  ...{ botToken: undefined, appToken: undefined, isSigned: true, emailDomains: [] },
  tokenOf: async () => undefined,
  client: { id: '1.2', secret: 'secret', consentUrl: 'https://slack.com/oauth/v2/authorize' },
}

const INSTALLED: Step = (worker) =>
  worker.write(async ({ db }) => {
    await storeWorkspace(db, { ...WORKSPACE, installedAt: new Date(0) })
  })

const SHOWN: Step = (worker, clock) =>
  worker.write(async ({ db }) => {
    const user = { workspace: WORKSPACE, userId: 'U0123ABCD', name: 'Ada' }
    const now = new Date(clock.now().getTime() + LATER_MS)
    await notePairing({ db, now }, user, hashPairingCode('ABCD-2345'))
  })

/** The world is made long before the call, and a code works for an hour. */
const LATER_MS = 60 * 24 * 60 * 60 * 1000

export const world: AreaWorld = {
  before: {
    'slack.pair': [SHOWN],
    'slack.uninstall': [INSTALLED],
  },
}
