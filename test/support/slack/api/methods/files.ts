/** Files of the app: announced, uploaded to the given address, then shared. */
import { announceFile, type StoredFile, wireFile } from '../../world/files.ts'
import { post } from '../../world/posting.ts'
import type { Json } from '../../world/wire.ts'
import { type BotCall, botMethod, channelOf, type Method } from '../method.ts'
import { contentOf } from '../payload.ts'
import { refuse } from '../refusal.ts'
import { authorOf } from './chat.ts'

const WRITE = ['files:write']

export const FILE_METHODS: readonly Method[] = [
  botMethod(
    'files.getUploadURLExternal',
    { rate: 'tier4', scopes: WRITE },
    ({ args, world, workspace, bot }) => {
      const size = args.number('length', 0)
      if (size <= 0) refuse('invalid_arguments')
      const file = announceFile(world, {
        teamId: workspace.id,
        userId: bot.id,
        name: args.need('filename'),
        size,
      })
      return { upload_url: `${world.url}/upload/v1/${file.id}`, file_id: file.id }
    },
  ),

  botMethod('files.completeUploadExternal', { rate: 'tier4', scopes: WRITE }, complete),

  botMethod('files.info', { rate: 'tier4', scopes: ['files:read'] }, ({ args, world, workspace }) => {
    const file = world.files.get(args.need('file'))
    if (file === undefined || !isSeenBy(file, workspace.channels)) return refuse('file_not_found')
    return { file: wireFile(world, file) }
  }),
]

function complete(call: BotCall): Json {
  const { args, world, workspace } = call
  const given = args.list<{ id: string; title?: string }>('files') ?? refuse('invalid_arguments')
  const files = given.map(({ id, title }) => {
    const file = world.files.get(id) ?? refuse('file_not_found')
    if (file.bytes?.length !== file.size) refuse('file_upload_size_restricted')
    file.title = title ?? file.name
    file.isComplete = true
    return file
  })
  const channelId = args.text('channel_id')
  if (channelId === undefined) return { files: files.map((file) => wireFile(world, file)) }
  const channel = channelOf(call, 'channel_id')
  if (!channel.has(call.bot)) refuse('not_in_channel')
  for (const file of files) file.channels.add(channel.id)
  const threadTs = args.text('thread_ts')
  const comment = args.text('initial_comment')
  post(workspace, channel, {
    ...authorOf(call),
    ...(comment === undefined && args.text('blocks') === undefined
      ? { text: '' }
      : contentOf(world, args.renamed('initial_comment', 'text'))),
    subtype: 'file_share',
    files: files.map((file) => wireFile(world, file)),
    ...(threadTs !== undefined && { thread_ts: threadTs }),
  })
  return { files: files.map((file) => wireFile(world, file)) }
}

function isSeenBy(file: StoredFile, channels: ReadonlyMap<string, unknown>): boolean {
  return file.isComplete && [...file.channels].some((id) => channels.has(id))
}
