/** What the examples of Slack find: a user who was shown a code. */
import { hashPairingCode, notePairing } from '../../../src/domain/slack/pairings.ts'
import type { AreaWorld, Step } from '../../parity/steps.ts'

const WORKSPACE = {
  ...{ teamId: 'T0123ABCD', enterpriseId: null, name: 'Acme', url: 'https://acme.slack.com/' },
  ...{ botUserId: 'U0BOT', botId: 'B0BOT', scopes: [], checkedAt: new Date(0) },
}

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
  },
}
