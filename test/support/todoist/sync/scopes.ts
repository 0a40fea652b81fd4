/** What a token may do. */
import { forbidden } from '../api-error.ts'
import type { Person } from '../world/person.ts'

export type Scope = 'task:add' | 'data:read' | 'data:read_write' | 'data:delete' | 'project:delete'

/** Someone's token; without scopes it is a personal one, which may do everything. */
export interface Access {
  readonly token: string
  readonly person: Person
  readonly scopes?: ReadonlySet<Scope> | undefined
}

export function assertScope({ scopes }: Access, needed: Scope): void {
  if (scopes === undefined || scopes.has(needed)) return
  if (needed === 'data:read' && scopes.has('data:read_write')) return
  if (needed === 'task:add' && scopes.has('data:read_write')) return
  forbidden(`Insufficient token scope: ${needed}`)
}

export function assertCommandScope(access: Access, type: string): void {
  if (type === 'project_delete') assertScope(access, 'project:delete')
  else if (type.endsWith('_delete')) assertScope(access, 'data:delete')
  else assertScope(access, type === 'item_add' ? 'task:add' : 'data:read_write')
}
