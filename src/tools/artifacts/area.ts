/** Artifacts: the files that runs make. */
import { defineArea } from '../../core/area/area.ts'
import { listArtifacts } from './list-artifacts.ts'
import { readArtifact } from './read-artifact.ts'

export const artifacts = defineArea({
  name: 'artifacts',
  ids: ['artifact'],
  operations: [listArtifacts, readArtifact],
})
