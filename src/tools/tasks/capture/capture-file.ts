/** tasks.capture_file: turns a text file into tasks, or previews them. */
import { z } from 'zod'
import { exampleId } from '../../../core/operation/ids.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { Moment } from '../../../core/schema/ranges.ts'
import { personTimeZone } from '../../../domain/access/people.ts'
import { readArtifactText } from '../../../domain/runs/artifacts/artifact-text.ts'
import { ArtifactId } from '../../../domain/runs/artifacts/artifacts.ts'
import { MAX_CAPTURE_LENGTH } from '../../../domain/tasks/capture/capture.ts'
import { captureTasks } from '../../../domain/tasks/capture/capture-tasks.ts'
import { CapturedTasks, momentOf, tellCaptured, undoCapture } from './capture-tasks.ts'

export const captureFile = defineOperation({
  name: 'tasks.capture_file',
  summary:
    'Turn a text file that was sent or that a run made into tasks, read as tasks.capture reads a message.',
  keywords: 'import a list, notes, attachment, upload',
  route: 'POST /v1/tasks/capture-file',
  input: z.object({
    artifactId: ArtifactId,
    preview: z.boolean().default(false).describe('Only show what would be created'),
    asOf: Moment.optional().describe('Read dates as at this moment: asOf of the preview'),
  }),
  output: CapturedTasks,
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { artifactId: exampleId('artifact'), preview: true },
  async run({ artifactId, preview, asOf }, ctx) {
    const now = asOf === undefined ? ctx.now : momentOf(asOf, ctx.now)
    const moment = { now, timeZone: await personTimeZone(ctx) }
    const text = await readArtifactText(ctx, artifactId, MAX_CAPTURE_LENGTH)
    const tasks = await captureTasks(ctx, text, { moment, preview, minutes: undefined, breakDown: false })
    return { preview, asOf: now.toISOString(), tasks }
  },
  tell: tellCaptured,
  undo: undoCapture,
  next: ({ preview, asOf }, input) =>
    preview ? [{ operation: 'tasks.capture_file', input: { ...input, preview: false, asOf } }] : [],
})
