/** Schedules as people refer to them: `S-12`. */
import { defineKind } from '../../core/operation/kind.ts'
import { visibleTo } from '../access/visible-to.ts'
import { findNumbered } from '../db/find-numbered.ts'
import { schedules } from './tables.ts'

export const scheduleKind = defineKind({
  name: 'schedule',
  letters: 'S',
  find: findNumbered(schedules, (viewer) => visibleTo(viewer, schedules)),
})
