/** Text that is shown while it is written, heard in part or not at all: in the end each word was shown once, in its order. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type CardState, newCardState } from '../../../src/domain/slack/cards/card.ts'
import { fenceAfter } from '../../../src/slack/streams/pieces/chunks.ts'
import { piecesOfWhole, showLive } from '../../../src/slack/streams/pieces/live-pieces.ts'
import { cases } from '../../support/form.ts'

type State = CardState

const textOf = ({ queue }: State) => queue.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('')
const heard = (stepId: string, text: string, at = 0) => ({ stepId, at, text, needs: [] })
const told = (state: State, stepId: string, text: string): State => ({
  ...{ ...state, live: undefined, lastStepId: stepId },
  queue: [...state.queue, ...piecesOfWhole(text, stepId, state.live)],
})

const words = fc.array(
  fc.constantFrom('one ', 'two\n', '\n\n', '```', '`x` ', '~~~\n', 'a<b> ', '  ', 'end.'),
  {
    minLength: 1,
    maxLength: 30,
  },
)

it('whatever part of a text was heard when, the whole is shown once, and blocks of code are told apart', () => {
  fc.assert(
    fc.property(words, fc.array(fc.tuple(fc.nat(120), fc.nat(120)), { maxLength: 8 }), (parts, looks) => {
      const raw = parts.join('')
      const whole = raw.trim()
      fc.pre(whole !== '')
      let state: State = newCardState()
      for (const [from, to] of looks.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const))
        if (from < raw.length) state = showLive(state, heard('step_1', raw.slice(from, to), from))
      const fence = state.queue.reduce<string | undefined>(
        (open, piece) => (piece.kind === 'text' ? fenceAfter(piece.text, open) : open),
        undefined,
      )
      expect(fence).toBe(fenceAfter(state.live?.text ?? '', undefined))
      expect(textOf(told(state, 'step_1', whole))).toBe(`\n\n${whole}`)
    }),
    { numRuns: cases(2_000, 300) },
  )
})

it('a step that begins after an interrupted one goes on with it as long as it says the same', () => {
  const first = showLive(newCardState(), heard('step_1', 'Initech sells to schools. Glo'))
  const waiting = showLive(first, heard('step_2', 'Initech sells'))
  expect(waiting).toBe(first)
  const same = showLive(first, heard('step_2', 'Initech sells to schools. Globex does not.'))
  expect(textOf(told(same, 'step_2', 'Initech sells to schools. Globex does not.'))).toBe(
    '\n\nInitech sells to schools. \n\n… Globex does not.',
  )
  const other = showLive(first, heard('step_2', 'Nobody sells to schools. '))
  expect(textOf(told(other, 'step_2', 'Nobody sells to schools. None.'))).toBe(
    '\n\nInitech sells to schools. \n\n_The model was interrupted, and answers again._\n\nNobody sells to schools. None.',
  )
  const unheard = textOf(told(first, 'step_2', 'Initech sells to schools. None.'))
  expect(unheard).toBe('\n\nInitech sells to schools. \n\n… None.')
})

it('what comes late of a step that was told as a whole is left out, as is what another process heard of an older one', () => {
  const state = told(newCardState(), 'step_2', 'Done.')
  for (const stepId of ['step_1', 'step_2']) expect(showLive(state, heard(stepId, 'one two '))).toBe(state)
})
