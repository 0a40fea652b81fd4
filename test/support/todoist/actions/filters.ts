/** Saved filters: only a name and a query; the query is evaluated where tasks are asked for. */
import { invalid, overLimit } from '../api-error.ts'
import { filterOf } from '../world/find.ts'
import type { Filter } from '../world/wire.ts'
import type { Acting } from '../world/world.ts'

export interface FilterFields {
  name?: string | undefined
  query?: string | undefined
  color?: string | undefined
  item_order?: number | undefined
  is_favorite?: boolean | undefined
}

export function addFilter(acting: Acting, fields: FilterFields & { name: string; query: string }): Filter {
  const { world, person } = acting
  const present = world.filters.where((each) => !each.is_deleted && world.filters.ownerOf(each) === person.id)
  const { maxFilters } = world.planOf(person)
  if (present.length >= maxFilters) overLimit('filters', maxFilters)
  const filter: Filter = {
    id: world.ids.next(),
    name: '',
    query: '',
    color: 'charcoal',
    item_order: 1 + Math.max(0, ...present.map(({ item_order }) => item_order)),
    is_favorite: false,
    is_deleted: false,
    is_frozen: false,
  }
  Object.assign(filter, checked(fields))
  world.filters.add(filter, person.id)
  world.happened(acting, 'filter:added', { object: { ...filter } })
  return filter
}

export function updateFilter(acting: Acting, id: string, fields: FilterFields): Filter {
  const filter = filterOf(acting, id)
  Object.assign(filter, checked(fields))
  acting.world.filters.touch(filter)
  acting.world.happened(acting, 'filter:updated', { object: { ...filter } })
  return filter
}

export function deleteFilter(acting: Acting, id: string): void {
  const filter = filterOf(acting, id)
  filter.is_deleted = true
  acting.world.filters.touch(filter)
  acting.world.happened(acting, 'filter:deleted', { object: { ...filter } })
}

export function orderFilters(acting: Acting, orders: Record<string, number>): void {
  const rows = Object.entries(orders).map(([id, item_order]) => ({
    filter: filterOf(acting, id),
    item_order,
  }))
  for (const { filter, item_order } of rows) {
    filter.item_order = item_order
    acting.world.filters.touch(filter)
  }
}

function checked(fields: FilterFields): Partial<Filter> {
  if (fields.name !== undefined && fields.name.trim() === '') invalid('name')
  if (fields.query !== undefined && fields.query.trim() === '') invalid('query')
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
