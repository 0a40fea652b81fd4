/** Artifacts: the files that runs make, and those that people send. */
import { defineArea } from '../../core/area/area.ts'
import { defineExpiry } from '../../core/area/expiry.ts'
import { storedBytesLimit } from '../../domain/limits/stored-bytes.ts'
import { artifactKind } from '../../domain/runs/artifacts/artifacts.ts'
import { deleteOldSentFiles } from '../../domain/runs/artifacts/sent-files.ts'
import { artifactIntents } from './intents.ts'
import { listArtifacts } from './list-artifacts.ts'
import { readArtifact } from './read-artifact.ts'

export const artifacts = defineArea({
  name: 'artifacts',
  ids: [artifactKind],
  limits: [storedBytesLimit],
  expires: [defineExpiry({ name: 'sentFiles', deletePast: ({ db }, now) => deleteOldSentFiles(db, now) })],
  operations: [listArtifacts, readArtifact],
  intents: artifactIntents,
})
