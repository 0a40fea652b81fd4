/** Anthropic's Messages. */
import { ANSWER, argumentsOf, CALLED, type Dialect, type Line, THOUGHT } from './wire.ts'

const event = (type: string, more: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}`

const start = event('message_start', {
  message: {
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-5-5',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: 25,
      cache_read_input_tokens: 900,
      cache_creation_input_tokens: 75,
      output_tokens: 1,
    },
  },
})
const usage = { inputTokens: 1_000, outputTokens: 30, cacheReadTokens: 900, cacheWriteTokens: 75 }

function block(index: number, content_block: object, deltas: readonly object[]): Line[] {
  return [
    event('content_block_start', { index, content_block }),
    event('ping'),
    ...deltas.map((delta) => event('content_block_delta', { index, delta })),
    event('content_block_stop', { index }),
  ]
}

const text = (index: number, pieces: readonly string[]) =>
  block(
    index,
    { type: 'text', text: '' },
    pieces.map((piece) => ({ type: 'text_delta', text: piece })),
  )
const call = (index: number, id: string, title: string) =>
  block(
    index,
    { type: 'tool_use', id, name: CALLED.name, input: {} },
    argumentsOf(title).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
  )
const end = (stop_reason: string): Line[] => [
  event('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 30 } }),
  event('message_stop'),
]
const thinking = block(0, { type: 'thinking', thinking: '', signature: '' }, [
  ...THOUGHT.map((piece) => ({ type: 'thinking_delta', thinking: piece })),
  { type: 'signature_delta', signature: 'EqQBCg==' },
])

export const ANTHROPIC: Dialect = {
  name: 'Anthropic',
  source: 'https://platform.claude.com/docs/en/build-with-claude/streaming',
  provider: 'anthropic',
  model: 'claude-sonnet-5-5',
  recordings: [
    { says: 'plain', lines: [start, ...text(0, ANSWER), ...end('end_turn')], usage },
    { says: 'call', lines: [start, ...call(0, 'toolu_01', CALLED.title), ...end('tool_use')], usage },
    {
      says: 'two calls',
      lines: [start, ...call(0, 'toolu_01', 'eins'), ...call(1, 'toolu_02', 'zwei'), ...end('tool_use')],
      usage,
    },
    {
      says: 'thinking',
      lines: [
        start,
        ...thinking,
        ...text(1, ['I will.']),
        ...call(2, 'toolu_01', CALLED.title),
        ...end('tool_use'),
      ],
      usage,
      back: {
        content: [
          { type: 'thinking', thinking: THOUGHT.join(''), signature: 'EqQBCg==' },
          { type: 'text', text: 'I will.' },
          { type: 'tool_use', id: 'toolu_01' },
        ],
      },
    },
    { says: 'refusal', lines: [start, ...end('refusal')], usage, ends: 'refused_by_model' },
    {
      says: 'error',
      lines: [
        start,
        ...text(0, ['Es']),
        event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
      ],
      ends: 'again',
      words: 'Overloaded',
    },
  ],
}
