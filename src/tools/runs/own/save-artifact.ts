/** runs.save_artifact: a run saves a file as part of its result. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { counted } from '../../../core/text/counts.ts'
import { Artifact, addArtifact } from '../../../domain/runs/artifacts/artifacts.ts'
import { lockActingRun } from '../../../domain/runs/hold/acting-run.ts'

export const saveArtifact = defineOperation({
  name: 'runs.save_artifact',
  summary: 'Save a file as part of the result of this run.',
  route: 'POST /v1/run/artifacts',
  input: z.object({
    name: z.string().min(1).max(200).describe('File name, such as plan.md'),
    mediaType: z.string().min(3).max(100).describe('Such as text/markdown'),
    content: z.string(),
  }),
  output: z.object({ artifact: Artifact }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'keyed',
  audience: 'runs',
  example: { name: 'march.md', mediaType: 'text/markdown', content: '# The newsletter of March' },
  async run(file, ctx) {
    return { artifact: await addArtifact(ctx, { ...(await lockActingRun(ctx)), ...file }) }
  },
  tell: ({ artifact: { id, name, sizeBytes } }) => `Saved ${name} (${counted(sizeBytes, 'byte')}) as ${id}.`,
})
