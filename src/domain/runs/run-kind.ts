/** Runs as people refer to them: `R-12`. */
import { defineKind } from '../../core/operation/kind.ts'
import { visibleTo } from '../access/visible-to.ts'
import { findNumbered } from '../db/find-numbered.ts'
import { runs } from './tables.ts'

export const runKind = defineKind({
  name: 'run',
  letters: 'R',
  find: findNumbered(runs, (viewer) => visibleTo(viewer, runs)),
})
