/** hooks.try: what a mapping makes of a sample, without a call. */
import { z } from 'zod'
import { checkInput } from '../../core/call/input.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { assertCallable } from '../../domain/hooks/callable.ts'
import { assertMapping } from '../../domain/hooks/mapping.ts'
import { HookMapping, HookOperation } from '../../domain/hooks/own-hook.ts'
import { readReport } from '../../domain/inbox/report.ts'

const SAMPLE_MAX_CHARS = 100_000
const TYPE_MAX_CHARS = 100

export const tryMapping = defineOperation({
  name: 'hooks.try',
  summary: 'Try a mapping on a sample: the input that it makes, and whether the operation takes it.',
  details: 'Nothing is called. The sample is what a service sends, as JSON text.',
  keywords: 'test, preview, dry run, jsonata, webhook mapping, sample payload',
  route: 'POST /v1/hooks/try',
  input: z.object({
    operation: HookOperation,
    mapping: HookMapping,
    sample: z.string().max(SAMPLE_MAX_CHARS).describe('JSON, as the service sends it'),
    type: z
      .string()
      .max(TYPE_MAX_CHARS)
      .optional()
      .describe('The kind of event, which the mapping sees as $type'),
  }),
  output: z.object({
    ignored: z.boolean().describe('Whether the hook would leave such an event out'),
    input: z.unknown().describe('What the mapping makes'),
    problems: z.array(z.string()).describe('Why the operation would not take it'),
  }),
  scope: 'hooks:write',
  effect: 'write',
  repeat: 'natural',
  // Evaluating takes time, during which no transaction may be open.
  outside: 'idempotent',
  listed: false,
  example: {
    operation: 'tasks.create',
    mapping: '{ "tasks": [{ "title": issue.title }] }',
    sample: '{ "issue": { "title": "The page is slow" } }',
  },
  async reach({ operation: name, mapping, sample, type }, ctx) {
    const operation = assertCallable(ctx, name)
    await assertMapping(mapping)
    readReport({ raw: Buffer.from(sample), headers: new Headers() })
    const sent = { body: sample, type: type ?? null }
    const input = await ctx.mappings.tryOut(mapping, sent, ctx.actor.personId)
    if (input === null) return { ignored: true, input, problems: [] }
    const checked = checkInput(operation, input)
    const problems =
      'issues' in checked
        ? checked.issues.map(({ path, message }) => (path === '' ? `It ${message}` : `${path}: ${message}`))
        : []
    return { ignored: false, input, problems }
  },
  run: async (_input, _ctx, tried) => tried,
  tell({ ignored, input, problems }) {
    if (ignored) return 'The event would be ignored.'
    const made = JSON.stringify(input, null, 2)
    return problems.length === 0
      ? `The input is well formed; what it names is looked up when an event comes:\n${made}`
      : `${problems.join('\n')}\n${made}`
  },
})
