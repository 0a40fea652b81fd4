/** Artifacts: the files that runs make. */

import { defineArea } from '../../core/area/area.ts'
import { storedBytesLimit } from '../../domain/limits/stored-bytes.ts'
import { artifactKind } from '../../domain/runs/artifacts/artifacts.ts'
import { listArtifacts } from './list-artifacts.ts'
import { readArtifact } from './read-artifact.ts'

export const artifacts = defineArea({
  name: 'artifacts',
  ids: [artifactKind],
  limits: [storedBytesLimit],
  operations: [listArtifacts, readArtifact],
})
