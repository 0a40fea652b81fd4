/** artifacts.list: the files that a run made. */

import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { counted } from '../../core/text/counts.ts'
import { Artifact, listArtifacts as readArtifacts } from '../../domain/runs/artifacts/artifacts.ts'
import { RunId } from '../../domain/runs/run.ts'

export const listArtifacts = defineOperation({
  name: 'artifacts.list',
  summary: 'List the files that a run made.',
  keywords: 'show, find, which, all attachments, documents, outputs, files an agent, job wrote',
  route: 'GET /v1/runs/:runId/artifacts',
  input: z.object({ runId: RunId, ...pageInput }),
  output: pageOf(Artifact),
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { runId: exampleId('run') },
  run: ({ runId, ...page }, ctx) => readArtifacts(ctx, runId, page),
  line: ({ id, name, mediaType, sizeBytes }, { timeZone } = {}) => {
    const facts = `${name} (${mediaType}, ${counted(sizeBytes, 'byte')})`
    // A person sends for a file by its run; ids are for programs.
    return timeZone === undefined ? `${id} ${facts}` : facts
  },
  none: 'No files.',
  table: ({ items }) => ({
    columns: ['id', 'name', 'type', 'bytes', 'made'],
    rows: items.map(({ id, name, mediaType, sizeBytes, createdAt }) => [
      id,
      name,
      mediaType,
      String(sizeBytes),
      createdAt,
    ]),
  }),
  next: ({ items }) =>
    items.slice(0, 1).map(({ id }) => ({ operation: 'artifacts.read', input: { artifactId: id } })),
})
