/** How tasks and projects hang below each other, and in which order. */
import type { Item, Project } from './wire.ts'
import type { World } from './world.ts'

/** The tasks below one, in every depth, that are not deleted. */
export function descendantsOf(world: World, item: Item): Item[] {
  const children = world.items.where((each) => each.parent_id === item.id && !each.is_deleted)
  return children.flatMap((child) => [child, ...descendantsOf(world, child)])
}

/** The parent of a task, its parent, and so on. */
export function ancestorsOf(world: World, item: Item): Item[] {
  const parent = world.items.get(item.parent_id ?? '')
  return parent === undefined ? [] : [parent, ...ancestorsOf(world, parent)]
}

export function projectsBelow(world: World, project: Project): Project[] {
  const children = world.projects.where((each) => each.parent_id === project.id && !each.is_deleted)
  return children.flatMap((child) => [child, ...projectsBelow(world, child)])
}

type Place = Pick<Item, 'project_id' | 'section_id' | 'parent_id'>

/** The order of a task that comes last in its place. */
export function lastOrder(world: World, place: Place): number {
  const siblings = world.items.where(
    (each) =>
      !each.is_deleted &&
      !each.checked &&
      each.project_id === place.project_id &&
      each.section_id === place.section_id &&
      each.parent_id === place.parent_id,
  )
  return 1 + Math.max(0, ...siblings.map(({ child_order }) => child_order))
}
