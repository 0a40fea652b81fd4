/** The shapes in which Slack sends and returns things. Blocks are loose: the validator says whether they are right. */
import type { MessageMetadata } from '@slack/types'

export type Json = Record<string, unknown>

export interface WireBlock extends Json {
  type: string
  block_id?: string
}

export interface WireFile extends Json {
  id: string
  name: string
  mimetype: string
  size: number
  url_private: string
}

export type ChannelKind = 'channel' | 'group' | 'im' | 'mpim'

export interface Message {
  type: 'message'
  ts: string
  text: string
  subtype?: string
  team?: string
  user?: string
  bot_id?: string
  app_id?: string
  bot_profile?: Json
  client_msg_id?: string
  thread_ts?: string
  parent_user_id?: string
  blocks?: WireBlock[]
  attachments?: Json[]
  files?: WireFile[]
  edited?: { user: string; ts: string }
  metadata?: MessageMetadata
  reactions?: { name: string; count: number; users: string[] }[]
  streaming_state?: 'in_progress' | 'completed' | 'errored'
  app_context?: Json
  user_team?: string
  source_team?: string
}

export interface View extends Json {
  id: string
  team_id: string
  type: 'modal' | 'home'
  callback_id: string
  private_metadata: string
  external_id: string
  hash: string
  blocks: WireBlock[]
  state: { values: Record<string, Record<string, Json>> }
  root_view_id: string
  previous_view_id: string | null
  notify_on_close: boolean
}
