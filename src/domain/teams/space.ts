/** What kind of space an id names: that of a person, of a team, or of a project that is shared or restricted. */
import { ID_SUFFIX } from '../../core/operation/ids.ts'

const TEAM_ID = new RegExp(`^team_${ID_SUFFIX}$`)
const PROJECT_ID = new RegExp(`^project_${ID_SUFFIX}$`)

/** Whether it is a person's own space, which nobody else sees. */
export function isOwnSpace(spaceId: string): boolean {
  return !TEAM_ID.test(spaceId) && !PROJECT_ID.test(spaceId)
}

/** The team among the owners, null for a person. */
export function teamOf(ownerId: string): string | null {
  return TEAM_ID.test(ownerId) ? ownerId : null
}
