/** Tasks as people refer to them: `T-12`. */
import { defineKind } from '../../core/operation/kind.ts'
import { numbered } from '../access/numbered.ts'
import { visibleTo } from '../access/visible-to.ts'
import { tasks } from './tables.ts'

export const taskKind = defineKind({
  name: 'task',
  letters: 'T',
  ...numbered(tasks, (viewer) => visibleTo(viewer, tasks)),
})
