/** Moving tasks between projects, sections and parents, and ordering them. */
import { invalid } from '../api-error.ts'
import { itemOf, projectOf, sectionOf } from '../world/find.ts'
import { descendantsOf, lastOrder } from '../world/tree.ts'
import type { Item } from '../world/wire.ts'
import type { Acting } from '../world/world.ts'
import { changePlace } from './sharing.ts'
import { assertRoom } from './tasks.ts'

/** Exactly one of them says where to. */
export interface Target {
  readonly parent_id?: string | null | undefined
  readonly section_id?: string | null | undefined
  readonly project_id?: string | undefined
}

export function moveTask(acting: Acting, id: string, target: Target): Item {
  const { world } = acting
  const item = itemOf(acting, id)
  const given = Object.values(target).filter((value) => value !== undefined)
  if (given.length !== 1) invalid('parent_id', 'exactly one of parent_id, section_id and project_id')
  const place = placeAt(acting, item, target)
  const below = descendantsOf(world, item)
  if (place.parent_id === item.id || below.some((each) => each.id === place.parent_id)) invalid('parent_id')
  if (place.project_id !== item.project_id) assertRoom(acting, place.project_id, 1 + below.length)
  const old = { ...item }
  Object.assign(item, place, { child_order: lastOrder(world, place), updated_at: world.now() })
  world.items.touch(item)
  for (const each of below) {
    Object.assign(each, { project_id: place.project_id, section_id: place.section_id })
    world.items.touch(each)
  }
  changePlace(world, old.project_id, { items: [item, ...below] })
  world.happened(acting, 'item:updated', { object: { ...item }, old, intent: 'item_updated' })
  return item
}

function placeAt(acting: Acting, item: Item, { parent_id, section_id, project_id }: Target) {
  if (typeof parent_id === 'string') {
    const parent = itemOf(acting, parent_id)
    return { project_id: parent.project_id, section_id: parent.section_id, parent_id }
  }
  if (typeof section_id === 'string') {
    return { project_id: sectionOf(acting, section_id).project_id, section_id, parent_id: null }
  }
  if (project_id !== undefined) {
    return { project_id: projectOf(acting, project_id).id, section_id: null, parent_id: null }
  }
  const section = section_id === null ? null : item.section_id
  return { project_id: item.project_id, section_id: section, parent_id: null }
}

export function reorderTasks(acting: Acting, orders: readonly { id: string; child_order: number }[]): void {
  const rows = orders.map(({ id, child_order }) => ({ item: itemOf(acting, id), child_order }))
  for (const { item, child_order } of rows) {
    item.child_order = child_order
    acting.world.items.touch(item)
  }
}

export function setDayOrders(acting: Acting, orders: Record<string, number>): void {
  const rows = Object.entries(orders).map(([id, order]) => ({ item: itemOf(acting, id), order }))
  for (const { item, order } of rows) {
    item.day_order = order
    acting.world.items.touch(item)
  }
}
