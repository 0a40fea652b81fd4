/** The shapes in which Todoist sends things, over REST and sync alike. */

export type Json = Record<string, unknown>

export interface Due {
  /** A day, a time of day that floats (`2026-12-01T12:00:00`), or a fixed moment (ending in `Z`). */
  date: string
  timezone: string | null
  string: string
  lang: string
  is_recurring: boolean
}

export interface Deadline {
  date: string
  lang: string
}

export interface Duration {
  amount: number
  unit: 'minute' | 'day'
}

export interface Item {
  id: string
  user_id: string
  project_id: string
  section_id: string | null
  parent_id: string | null
  added_by_uid: string | null
  assigned_by_uid: string | null
  responsible_uid: string | null
  labels: string[]
  deadline: Deadline | null
  duration: Duration | null
  checked: boolean
  is_deleted: boolean
  added_at: string
  completed_at: string | null
  completed_by_uid: string | null
  updated_at: string
  due: Due | null
  /** 4 is what people call p1. */
  priority: number
  child_order: number
  content: string
  description: string
  note_count: number
  day_order: number
  goal_ids: string[]
  is_collapsed: boolean
}

export interface Project {
  id: string
  name: string
  description: string
  color: string
  parent_id: string | null
  child_order: number
  default_order: number
  view_style: string
  can_assign_tasks: boolean
  creator_uid: string
  created_at: string
  updated_at: string
  is_archived: boolean
  is_deleted: boolean
  is_favorite: boolean
  is_frozen: boolean
  is_collapsed: boolean
  is_shared: boolean
  inbox_project?: boolean
  public_key: string
  role: string | null
}

export interface Section {
  id: string
  user_id: string
  project_id: string
  name: string
  description: string | null
  section_order: number
  added_at: string
  updated_at: string
  archived_at: string | null
  is_archived: boolean
  is_deleted: boolean
  is_collapsed: boolean
}

export interface Label {
  id: string
  name: string
  color: string
  item_order: number
  is_favorite: boolean
  is_deleted: boolean
}

export interface Filter {
  id: string
  name: string
  query: string
  color: string
  item_order: number
  is_favorite: boolean
  is_deleted: boolean
  is_frozen: boolean
}

export interface Note {
  id: string
  item_id?: string
  project_id?: string
  content: string
  posted_at: string
  posted_uid: string
  uids_to_notify: string[] | null
  file_attachment: Json | null
  reactions: Record<string, string[]> | null
  is_deleted: boolean
}

export interface Reminder {
  id: string
  notify_uid: string
  item_id: string
  type: 'absolute' | 'relative' | 'location'
  due?: Due
  minute_offset?: number
  name?: string
  loc_lat?: string
  loc_long?: string
  loc_trigger?: 'on_enter' | 'on_leave'
  radius?: number
  is_urgent?: boolean
  is_deleted: boolean
}
