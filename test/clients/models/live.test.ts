import { expect, test } from 'vitest'
import { createModels } from '../../../src/clients/models.ts'
import { ask, silentLog as log, question, shownText, textOf, WEATHER } from './ask.ts'

const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseUrl } = process.env
const isLive = apiKey !== undefined && apiKey !== '' && (baseUrl === undefined || baseUrl === '')

test.skipIf(!isLive)('the real thing calls a tool and continues from its result', async () => {
  const models = createModels({ anthropic: { apiKey: apiKey ?? '' }, log })
  const request = question(
    'anthropic',
    'What is the weather in Oslo? Use the tool, then say it in one word.',
    {
      model: 'claude-haiku-5-5',
      tools: [WEATHER],
    },
  )
  const first = await ask(models, request)
  expect(first.answer.stop).toBe('tool_calls')
  const results = first.answer.content.flatMap((said) =>
    said.type === 'tool_call'
      ? [{ type: 'tool_result', callId: said.id, text: 'Snow.', isError: false } as const]
      : [],
  )
  const { answer, deltas } = await ask(models, {
    ...request,
    messages: [
      ...request.messages,
      { role: 'assistant', content: first.answer.content },
      { role: 'user', content: results },
    ],
  })
  expect(answer.stop).toBe('end')
  expect(textOf(answer)).toMatch(/snow/i)
  expect(shownText(deltas)).toBe(textOf(answer))
  expect(answer.usage.estimated).toBeUndefined()
})
