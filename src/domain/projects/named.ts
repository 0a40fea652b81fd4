/** The name of the project of another thing. */
import { type Column, type SQL, sql } from 'drizzle-orm'
import { grants } from '../../core/operation/scopes.ts'
import { type Viewer, visibleTo } from '../access/visible-to.ts'
import { projects } from './tables.ts'

/** A text that names the project with this id; null where the viewer may not see it, or it does not exist. */
export function projectNamed(viewer: Viewer, projectId: Column): SQL {
  if (!grants(viewer.actor.scopes, 'projects:read')) return sql`null::text`
  return sql`(select 'Project: ' || ${projects.name} from ${projects}
    where ${projects.id} = ${projectId} and ${visibleTo(viewer, projects)})`
}
