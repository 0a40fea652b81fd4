/** Runs as people refer to them: `R-12`. */
import { defineKind } from '../../core/operation/kind.ts'
import { numbered } from '../access/numbered.ts'
import { visibleTo } from '../access/visible-to.ts'
import { runs } from './tables.ts'

export const runKind = defineKind({
  name: 'run',
  letters: 'R',
  ...numbered(runs, (viewer) => visibleTo(viewer, runs)),
})
