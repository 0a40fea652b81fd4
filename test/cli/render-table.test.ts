/** Tables lose nothing and fit, whatever they hold. */
import fc from 'fast-check'
import { createColors } from 'picocolors'
import { describe, expect, it } from 'vitest'
import { renderTable } from '../../src/cli/render/render-table.ts'

const ID = 'task_01h455vb4pex5vsknk084sn02q'

const output = (width: number | undefined) => ({
  write: () => undefined,
  isTerminal: true,
  width,
  colours: createColors(false),
})

const word = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
  minLength: 1,
  maxLength: 30,
})
const cell = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '))

describe('a table', () => {
  it('keeps every letter of every cell and every id whole, in a terminal of 60 columns or more', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 60, max: 200 }),
        (rows, width) => {
          const table = { columns: ['Title', 'Notes', 'Id'], rows: rows.map((row) => [...row, ID]) }
          const text = renderTable(table, output(width))
          expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width)
          expect(text.match(new RegExp(ID, 'g'))).toHaveLength(rows.length)
          const letters = (all: string) => [...all.replaceAll(ID, '').replace(/\s/g, '')].sort().join('')
          expect(letters(text)).toBe(
            letters(`Title Notes ${text.includes('Id') ? 'Id' : ''} ${rows.flat().join('')}`),
          )
        },
      ),
      // Words so short that the ids below them are wider than all columns.
      { numRuns: 60, examples: [[[['aa aaaa', 'aaaaaaaaa aaaaaaaaa']], 60]] },
    )
  })

  it('begins its headings with a capital and breaks none of their words', () => {
    const columns = ['agent', 'succeeded', 'to start (p50 / p95)', 'description']
    const rows = [['assistant', '3', '0.1 s / 0.2 s', 'word '.repeat(20).trim()]]
    const [head = '', ...more] = renderTable({ columns, rows }, output(60)).split('\n')
    expect(head).toMatch(/^Agent {6}Succeeded {2}To/)
    expect(Math.max(...[head, ...more].map((line) => line.length))).toBeLessThanOrEqual(60)
  })

  it('that is tight has every id of a row on a line of its own', () => {
    const run = ID.replace('task', 'run')
    const rows = [[ID, 'pending', run, 'word '.repeat(30).trim()]]
    const text = renderTable({ columns: ['id', 'state', 'run', 'why'], rows }, output(80))
    expect(text.split('\n').slice(-2)).toEqual([ID, run])
  })

  it.each([
    ['（日本語）。', 12],
    ['🇩🇪🇫🇷', 4],
    ['👨‍👩‍👧‍👦', 2],
    ['👍🏽', 2],
    ['cafe\u0301', 4],
    ['ｶﾞ', 2],
    ['ก็', 1],
    ['한국', 4],
    ['naïve', 5],
  ])('stands in line beside %s, which takes %i columns of a terminal', (text, width) => {
    const columns = ['Label that is wide', 'Then']
    const lines = renderTable({ columns, rows: [[text, 'x']] }, output(80)).split('\n')
    expect(lines[1]).toBe(`${text}${' '.repeat('Label that is wide'.length - width)}  x`)
  })

  it('breaks words that are too long between characters', () => {
    const family = '👨‍👩‍👧‍👦'
    const lines = renderTable({ columns: ['Who'], rows: [[family.repeat(9)]] }, output(8)).split('\n')
    expect(lines.slice(1)).toEqual([family.repeat(4), family.repeat(4), family])
  })

  it('is not broken where no terminal says how wide it is', () => {
    const title = 'word '.repeat(60).trim()
    const lines = renderTable({ columns: ['Title', 'Id'], rows: [[title, ID]] }, output(undefined)).split(
      '\n',
    )
    expect(lines).toHaveLength(2)
    expect(lines[1]).toBe(`${title}  ${ID}`)
  })
})
