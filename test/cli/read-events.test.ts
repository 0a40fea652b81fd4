/** Server-sent events are read as the specification says, however they are cut into chunks. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEvents, type ServerEvent } from '../../src/cli/input/read-events.ts'

async function* chunksOf(text: string, cuts: readonly number[]): AsyncGenerator<Uint8Array, void> {
  const bytes = new TextEncoder().encode(text)
  let from = 0
  for (const cut of [
    ...cuts.map((each) => each % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ]) {
    yield bytes.slice(from, cut)
    from = cut
  }
}

async function eventsIn(text: string, cuts: readonly number[] = []): Promise<ServerEvent[]> {
  const events: ServerEvent[] = []
  for await (const event of readEvents(chunksOf(text, cuts))) events.push(event)
  return events
}

test.each([
  ['data: a\n\n', [{ type: 'message', data: 'a', lastId: '' }]],
  ['\uFEFFdata: a\n\n', [{ type: 'message', data: 'a', lastId: '' }]],
  [
    'data:a\r\n\r\ndata:  b\r\r',
    [
      { type: 'message', data: 'a', lastId: '' },
      { type: 'message', data: ' b', lastId: '' },
    ],
  ],
  ['event: x\ndata\ndata: b\n\n', [{ type: 'x', data: '\nb', lastId: '' }]],
  ['id: 7\n\ndata: a\n\n', [{ type: 'message', data: 'a', lastId: '7' }]],
  [
    'id: 7\ndata: a\n\nid\ndata: b\n\n',
    [
      { type: 'message', data: 'a', lastId: '7' },
      { type: 'message', data: 'b', lastId: '' },
    ],
  ],
  [': note\nretry: 10\nother: x\n\nevent: gone\n\ndata: a\n\n', [{ type: 'message', data: 'a', lastId: '' }]],
  ['data: whole\n\ndata: cut off\n', [{ type: 'message', data: 'whole', lastId: '' }]],
])('%j', async (text, events) => {
  expect(await eventsIn(text)).toEqual(events)
})

const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n\0]/.test(text))

test('whatever the chunks and line ends, the same events come out', async () => {
  const event = fc.record({
    id: fc.nat().map(String),
    type: fc.stringMatching(/^[a-z.]{1,10}$/),
    lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    end: fc.constantFrom('\n', '\r\n', '\r'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(event), fc.array(fc.nat(), { maxLength: 20 }), async (events, cuts) => {
      const text = events
        .map(({ id, type, lines, end }) =>
          [`id: ${id}`, `event: ${type}`, ...lines.map((each) => `data: ${each}`), '', ''].join(end),
        )
        .join('')
      const told = events.map(({ id, type, lines }) => ({ type, data: lines.join('\n'), lastId: id }))
      expect(await eventsIn(text, cuts)).toEqual(told)
    }),
  )
})
