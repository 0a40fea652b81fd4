/** The lines of a terminal, from a stream that says it is one. */
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { typedLines } from '../../src/cli/typed-lines.ts'

function openTerminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input })
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
  return { input, lines: typedLines({ input, output }, '> ', new AbortController().signal) }
}

test('several lines that are pasted are one message, and those that are typed ahead are several', async () => {
  const { input, lines } = openTerminal()
  const first = lines.next()
  input.write('\u001b[200~call mom\npay rent\u001b[201~\rlist\rundo\r')
  expect((await first).value).toBe('call mom\npay rent')
  expect((await lines.next()).value).toBe('list')
  expect((await lines.next()).value).toBe('undo')
})

test('a program that wants no more lines lets go of the terminal, and so does a person who gives up', async () => {
  const { input, lines } = openTerminal()
  const first = lines.next()
  input.write('exit\r')
  await first
  await lines.return(undefined)
  expect(input.isPaused()).toBe(true)
  const other = openTerminal()
  const typed = other.lines.next()
  other.input.write('lis\u0003')
  expect((await typed).done).toBe(true)
  expect(other.input.isPaused()).toBe(true)
})
