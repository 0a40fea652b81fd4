/** Labels: personal ones are things of their own; shared ones are only names on tasks. */
import { invalid, overLimit } from '../api-error.ts'
import { labelOf } from '../world/find.ts'
import type { Item, Label } from '../world/wire.ts'
import type { Acting } from '../world/world.ts'

export interface LabelFields {
  name?: string | undefined
  color?: string | undefined
  item_order?: number | undefined
  is_favorite?: boolean | undefined
}

export function labelsOf({ world, person }: Acting): Label[] {
  return world.labels
    .where((each) => !each.is_deleted && world.labels.ownerOf(each) === person.id)
    .sort((one, other) => one.item_order - other.item_order)
}

export function addLabel(acting: Acting, fields: LabelFields & { name: string }): Label {
  const { world, person } = acting
  const present = labelsOf(acting)
  const { maxLabels } = world.planOf(person)
  if (present.length >= maxLabels) overLimit('labels', maxLabels)
  assertFree(acting, fields.name)
  const label: Label = {
    id: world.ids.next(),
    name: '',
    color: 'charcoal',
    item_order: 1 + Math.max(0, ...present.map(({ item_order }) => item_order)),
    is_favorite: false,
    is_deleted: false,
  }
  Object.assign(label, onlyGiven(fields))
  world.labels.add(label, person.id)
  world.happened(acting, 'label:added', { object: { ...label } })
  return label
}

/** A new name also comes onto the tasks. */
export function updateLabel(acting: Acting, id: string, fields: LabelFields): Label {
  const { world } = acting
  const label = labelOf(acting, id)
  const { name } = fields
  if (name !== undefined && name !== label.name) {
    assertFree(acting, name)
    renameOnTasks(acting, label.name, name)
  }
  Object.assign(label, onlyGiven(fields))
  world.labels.touch(label)
  world.happened(acting, 'label:updated', { object: { ...label } })
  return label
}

/** `all` also takes the name off the tasks; `none` leaves it there as a shared label. */
export function deleteLabel(acting: Acting, id: string, cascade: 'all' | 'none'): void {
  const { world } = acting
  const label = labelOf(acting, id)
  label.is_deleted = true
  world.labels.touch(label)
  if (cascade === 'all') removeFromTasks(acting, label.name)
  world.happened(acting, 'label:deleted', { object: { ...label } })
}

export function orderLabels(acting: Acting, orders: Record<string, number>): void {
  const rows = Object.entries(orders).map(([id, item_order]) => ({ label: labelOf(acting, id), item_order }))
  for (const { label, item_order } of rows) {
    label.item_order = item_order
    acting.world.labels.touch(label)
  }
}

/** Names on the tasks that a person sees which are not labels of that person. */
export function sharedLabels(acting: Acting): string[] {
  const personal = new Set(labelsOf(acting).map(({ name }) => name))
  const names = tasksOf(acting).flatMap(({ labels }) => labels)
  return [...new Set(names)].filter((name) => !personal.has(name)).sort()
}

export function renameOnTasks(acting: Acting, from: string, to: string): void {
  changeOnTasks(acting, from, (labels) => [...new Set(labels.map((each) => (each === from ? to : each)))])
}

export function removeFromTasks(acting: Acting, name: string): void {
  changeOnTasks(acting, name, (labels) => labels.filter((each) => each !== name))
}

function changeOnTasks(acting: Acting, name: string, change: (labels: string[]) => string[]): void {
  for (const item of tasksOf(acting)) {
    if (!item.labels.includes(name)) continue
    item.labels = change(item.labels)
    item.updated_at = acting.world.now()
    acting.world.items.touch(item)
  }
}

function tasksOf({ world, person }: Acting): Item[] {
  return world.items.where((each) => !each.is_deleted && world.canSee(person, each.project_id))
}

function assertFree(acting: Acting, name: string): void {
  if (name.trim() === '' || labelsOf(acting).some((each) => each.name === name)) invalid('name')
}

function onlyGiven(fields: LabelFields): Partial<Label> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
