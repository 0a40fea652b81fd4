/** Schedules as people refer to them: `S-12`. */
import { defineKind } from '../../core/operation/kind.ts'
import { numbered } from '../access/numbered.ts'
import { visibleTo } from '../access/visible-to.ts'
import { schedules } from './tables.ts'

export const scheduleKind = defineKind({
  name: 'schedule',
  letters: 'S',
  ...numbered(schedules, (viewer) => visibleTo(viewer, schedules)),
})
