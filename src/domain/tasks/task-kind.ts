/** Tasks as people refer to them: `T-12`. */
import { defineKind } from '../../core/operation/kind.ts'
import { visibleTo } from '../access/visible-to.ts'
import { findNumbered } from '../db/find-numbered.ts'
import { tasks } from './tables.ts'

export const taskKind = defineKind({
  name: 'task',
  letters: 'T',
  find: findNumbered(tasks, (viewer) => visibleTo(viewer, tasks)),
})
