/** Projects as people refer to them: `P-12`. */
import { defineKind } from '../../core/operation/kind.ts'
import { numbered } from '../access/numbered.ts'
import { visibleTo } from '../access/visible-to.ts'
import { projects } from './tables.ts'

export const projectKind = defineKind({
  name: 'project',
  letters: 'P',
  ...numbered(projects, (viewer) => visibleTo(viewer, projects)),
})
