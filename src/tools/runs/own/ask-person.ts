/** runs.ask_person: a run asks its person something, and waits for the answer. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { askQuestion, QUESTION_MAX_CHARS } from '../../../domain/runs/approvals/questions.ts'

export const askPerson = defineOperation({
  name: 'runs.ask_person',
  summary: 'Ask the person something and wait for the answer.',
  details: 'The run is parked. It continues with the answer, which the person gives with runs.answer.',
  route: 'POST /v1/run/questions',
  input: z.object({
    question: z
      .string()
      .trim()
      .min(1)
      .max(QUESTION_MAX_CHARS)
      .describe('Including the choices, and the one that you would take'),
  }),
  output: z.object({ stepId: z.string().describe('The step that the answer goes to') }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'keyed',
  audience: 'runs',
  forRuns: { waitsFor: 'input', isHarmless: true },
  example: { question: 'Which newsletter is meant: the one of March, or the one of April?' },
  run: async ({ question }, ctx) => ({ stepId: await askQuestion(ctx, question) }),
  tell: ({ stepId }) =>
    `Asked (${stepId}). This run is parked, and continues with the answer: end your turn now.`,
})
