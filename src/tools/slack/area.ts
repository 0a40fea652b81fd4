/** Slack: the app, its channels, and which of its users are people. */
import { defineArea } from '../../core/area/area.ts'
import { defineExpiry } from '../../core/area/expiry.ts'
import { deleteOldConversations } from '../../domain/conversations/store.ts'
import { deleteOldPairings } from '../../domain/slack/pairings.ts'
import { deleteOldPosts } from '../../domain/slack/posts/sent.ts'
import { deleteOldActions } from '../../domain/slack/shown/actions.ts'
import { deleteOldHomes } from '../../domain/slack/shown/homes.ts'
import { deleteOldNotes } from '../../domain/slack/shown/notes.ts'
import { deleteOldUsers } from '../../domain/slack/users.ts'
import { diagnose } from './diagnose.ts'
import { installApp } from './install-app.ts'
import { listChannels } from './list-channels.ts'
import { pairUser } from './pair-user.ts'
import { printManifest } from './print-manifest.ts'
import { redeliverPosts } from './redeliver-posts.ts'
import { setChannel } from './set-channel.ts'
import {
  slackApiUrl,
  slackAppToken,
  slackBotToken,
  slackClientId,
  slackClientSecret,
  slackCommands,
  slackEmailDomains,
  slackFileMaxMb,
  slackSigningSecret,
  slackWelcome,
} from './settings.ts'
import { showStatus } from './show-status.ts'
import { slackCheck } from './slack-check.ts'
import { uninstallApp } from './uninstall-app.ts'
import { unpairUser } from './unpair-user.ts'

export const slack = defineArea({
  name: 'slack',
  scopes: {
    'slack:read': {},
    'slack:write': {
      agents: 'who acts as whom in Slack is for people to decide',
      keyless: 'a user of Slack acts as the person after the way in is closed',
      guests: true,
    },
  },
  settings: [
    ...[slackBotToken, slackClientId, slackClientSecret, slackAppToken, slackSigningSecret],
    ...[slackEmailDomains, slackCommands, slackWelcome, slackFileMaxMb, slackApiUrl],
  ],
  checks: [slackCheck],
  ids: ['action'],
  expires: [
    defineExpiry({ name: 'conversations', deletePast: ({ db }, now) => deleteOldConversations(db, now) }),
    defineExpiry({ name: 'slackActions', deletePast: ({ db }, now) => deleteOldActions(db, now) }),
    defineExpiry({ name: 'slackHomes', deletePast: ({ db }, now) => deleteOldHomes(db, now) }),
    defineExpiry({ name: 'slackNotes', deletePast: ({ db }, now) => deleteOldNotes(db, now) }),
    defineExpiry({ name: 'slackPairings', deletePast: ({ db }, now) => deleteOldPairings(db, now) }),
    defineExpiry({ name: 'slackPosts', deletePast: ({ db }, now) => deleteOldPosts(db, now) }),
    defineExpiry({ name: 'slackUsers', deletePast: ({ db }, now) => deleteOldUsers(db, now) }),
  ],
  operations: [
    showStatus,
    pairUser,
    unpairUser,
    listChannels,
    setChannel,
    printManifest,
    installApp,
    uninstallApp,
    diagnose,
    redeliverPosts,
  ],
})
