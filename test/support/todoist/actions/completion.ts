/** How tasks are done: once, or again and again. */
import { type DueInput, dueFrom, movedOn, readAgain } from '../due/due.ts'
import { itemOf } from '../world/find.ts'
import { ancestorsOf, descendantsOf, lastOrder } from '../world/tree.ts'
import type { Due, Item } from '../world/wire.ts'
import type { Acting } from '../world/world.ts'

const STARTING = /\s(?:starting|from|beginning)\s/i

/** Does what the apps do: a repeating task moves on to its next date, any other is finished. */
export function closeTask(acting: Acting, id: string): void {
  const item = itemOf(acting, id)
  const next = nextDue(acting, item)
  if (next === undefined) finish(acting, item)
  else moveOn(acting, item, { due: next, areSubtasksReset: true })
}

function nextDue({ world, person }: Acting, item: Item): Due | undefined {
  if (item.due === null) return undefined
  const reading = world.readingFor(person)
  const isReadAgain = world.switches.startingString === 'read-again' && !world.quickAdded.has(item.id)
  const next = movedOn(item.due, reading)
  return isReadAgain && next !== undefined && STARTING.test(item.due.string)
    ? readAgain(item.due, reading)
    : next
}

/** Finishes the task and what hangs below it, also what would repeat. */
export function finishTask(acting: Acting, id: string, completedAt?: string): void {
  finish(acting, itemOf(acting, id), completedAt)
}

function finish(acting: Acting, item: Item, completedAt = acting.world.now()): void {
  const { world, person } = acting
  const isKept = (each: Item) =>
    world.switches.completeRepeatingSubtasks === 'kept' && each.due?.is_recurring === true
  const open = descendantsOf(world, item).filter((each) => !each.checked && !isKept(each))
  for (const each of item.checked ? open : [...open, item]) {
    Object.assign(each, {
      checked: true,
      completed_at: completedAt,
      completed_by_uid: person.id,
      updated_at: world.now(),
    })
    world.items.touch(each)
    world.happened(acting, 'item:completed', { object: { ...each }, intent: 'item_completed' })
  }
}

/** Sets the next date of a repeating task as the caller worked it out. */
export function completeWithDate(
  acting: Acting,
  id: string,
  options: { due: DueInput; isForward: boolean; areSubtasksReset: boolean },
): void {
  const item = itemOf(acting, id)
  const due = dueFrom(options.due, acting.world.readingFor(acting.person))
  if (options.isForward) moveOn(acting, item, { due, areSubtasksReset: options.areSubtasksReset })
  else {
    Object.assign(item, { due, updated_at: acting.world.now() })
    acting.world.items.touch(item)
    acting.world.happened(acting, 'item:uncompleted', { object: { ...item }, intent: 'item_uncompleted' })
  }
}

function moveOn(acting: Acting, item: Item, to: { due: Due | null; areSubtasksReset: boolean }): void {
  const { world } = acting
  const old = { ...item }
  Object.assign(item, { due: to.due, updated_at: world.now() })
  world.items.touch(item)
  for (const each of to.areSubtasksReset ? descendantsOf(world, item) : []) {
    if (each.checked) reopen(acting, each)
  }
  world.happened(acting, 'item:completed', { object: { ...item }, old, intent: 'item_completed' })
}

/** Opens the task and what it hangs below; it comes last in its place. */
export function uncompleteTask(acting: Acting, id: string): void {
  const item = itemOf(acting, id)
  for (const each of [...ancestorsOf(acting.world, item).reverse(), item]) {
    if (!each.checked) continue
    each.child_order = lastOrder(acting.world, each)
    reopen(acting, each)
    acting.world.happened(acting, 'item:uncompleted', { object: { ...each }, intent: 'item_uncompleted' })
  }
}

function reopen({ world }: Acting, item: Item): void {
  Object.assign(item, { checked: false, completed_at: null, completed_by_uid: null, updated_at: world.now() })
  world.items.touch(item)
}
