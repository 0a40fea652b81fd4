/** Projects as people refer to them: `P-12`. */
import { defineKind } from '../../core/operation/kind.ts'
import { visibleTo } from '../access/visible-to.ts'
import { findNumbered } from '../db/find-numbered.ts'
import { projects } from './tables.ts'

export const projectKind = defineKind({
  name: 'project',
  letters: 'P',
  find: findNumbered(projects, (viewer) => visibleTo(viewer, projects)),
})
