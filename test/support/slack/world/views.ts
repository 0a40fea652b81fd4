/** Modals and homes: opened, put on top, updated. */
import { randomBytes } from 'node:crypto'
import type { User } from './user.ts'
import type { Json, View, WireBlock } from './wire.ts'

/** How many modals may be on top of each other. */
export const MODALS_MAX = 3

export function findView(users: Iterable<User>, isThis: (view: View) => boolean) {
  for (const user of users) {
    for (const view of [...user.modals, ...(user.home === undefined ? [] : [user.home])]) {
      if (isThis(view)) return { user, view }
    }
  }
  return undefined
}

/** A view as it is shown first, on top of the modals that are open. */
export function pushModal(user: User, payload: Json): View {
  const below = user.modals.at(-1)
  const view = newView(user, payload)
  const placed: View = {
    ...view,
    root_view_id: below?.root_view_id ?? view.id,
    previous_view_id: below?.id ?? null,
  }
  user.modals.push(placed)
  user.workspace.world.changed()
  return placed
}

/** Another content for a view that keeps its id and what was filled in. */
export function replaceView(user: User, present: View, payload: Json): View {
  const { id, root_view_id, previous_view_id, state } = present
  const view: View = { ...newView(user, payload), id, root_view_id, previous_view_id, state }
  if (present.type === 'home') user.home = view
  else user.modals.splice(user.modals.indexOf(present), 1, view)
  user.workspace.world.changed()
  return view
}

export function showHome(user: User, payload: Json): View {
  if (user.home !== undefined) return replaceView(user, user.home, payload)
  user.home = newView(user, payload)
  user.workspace.world.changed()
  return user.home
}

function newView(user: User, payload: Json): View {
  const { world } = user.workspace
  const id = world.ids.next('V')
  const blocks = nameBlocks((payload.blocks ?? []) as WireBlock[], () => world.ids.next('b'))
  return {
    title: null,
    close: null,
    submit: null,
    ...payload,
    id,
    team_id: user.workspace.id,
    app_id: world.app.id,
    app_installed_team_id: user.workspace.id,
    bot_id: user.workspace.installation.botId,
    type: payload.type as View['type'],
    blocks,
    callback_id: String(payload.callback_id ?? ''),
    external_id: String(payload.external_id ?? ''),
    private_metadata: String(payload.private_metadata ?? ''),
    clear_on_close: payload.clear_on_close === true,
    notify_on_close: payload.notify_on_close === true,
    hash: `${Math.floor(world.clock.now() / 1000)}.${randomBytes(4).toString('hex')}`,
    state: { values: {} },
    root_view_id: id,
    previous_view_id: null,
  }
}

/** Blocks with an id each, as Slack gives one to those that have no id of their own. */
export function nameBlocks(blocks: readonly WireBlock[], nextId: () => string): WireBlock[] {
  return blocks.map((block) => ({ ...block, block_id: block.block_id ?? nextId() }))
}
