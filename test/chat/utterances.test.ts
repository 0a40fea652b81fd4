/** What people type is taken by the intent that is meant, and by no other. */
import { describe, expect, test } from 'vitest'
import { allIntents } from '../../src/chat/all-intents.ts'
import { assertIntents } from '../../src/core/intent/assert-intents.ts'
import { type Intent, nounOf, otherNounsOf, type Phrased, type Words } from '../../src/core/intent/intent.ts'
import { isThat, referencesIn } from '../../src/core/intent/noun.ts'
import { createRecognizer } from '../../src/core/intent/recognizer.ts'
import { areas, operations } from '../../src/tools/registry.ts'
import { SAID_TO_COLLEAGUES } from './said-to-colleagues.ts'
import { type Before, PREVIEW_INPUT, UTTERANCES } from './utterances.ts'

const { all, calling } = allIntents(
  operations,
  areas.flatMap(({ intents }) => intents),
)
const recognizer = createRecognizer(all)

test('no intent takes the example of another', () => {
  expect(() => assertIntents(all)).not.toThrow()
})

/** The things that "that" means, where there is one. */
const THAT = 'T-7'

function holds(before: Before): (intent: Phrased) => boolean {
  return ({ when = {} }) =>
    (when.that === undefined || before === 'that task') &&
    (when.preview === undefined || before === 'a preview') &&
    (when.waiting === undefined || (when.waiting === 'choice') === (before === 'a choice'))
}

/** The things as they were typed: words in angle brackets. */
function refsOf(intent: Intent, words: Words): string[] {
  const noun = nounOf(intent, words)
  const typed = noun && words[noun.slot]
  if (noun === undefined || typed === undefined || isThat(typed)) return [THAT]
  const refs = referencesIn(noun.noun, typed)
  return refs.length > 0 ? refs : [`<${typed}>`]
}

function inputOf(intent: Intent, words: Words, before: Before): unknown {
  const refs = before === 'that task' || Object.keys(words).length > 0 ? refsOf(intent, words) : ['']
  const preview = previewOf(before)
  const noun = nounOf(intent, words)?.noun
  const letters = noun === undefined ? 'T' : (noun.kind?.letters ?? '')
  const others = otherNounsOf(intent, words)
  const real = intent.input({
    ...{
      words,
      preview,
      refs: refs.map((_, index) => (letters === '' ? 'researcher' : `${letters}-${index + 1}`)),
    },
    others: Object.fromEntries(others.map(({ slot, noun }) => [slot, `${noun.kind?.letters}-1`])),
  })
  expect(intent.operation.input.safeParse(real).error?.issues ?? []).toEqual([])
  return intent.input({
    ...{ words, preview, refs },
    others: Object.fromEntries(others.map(({ slot }) => [slot, `<${words[slot]}>`])),
  })
}

function previewOf(before: Before) {
  return before === 'a preview' ? { input: PREVIEW_INPUT, kept: { asks: [1], count: 2 } } : undefined
}

function mayBeNew(intent: Phrased): boolean {
  return calling.some((each) => each === intent && each.mayBeNew !== undefined)
}

const ALL = [...UTTERANCES, ['nothing', SAID_TO_COLLEAGUES] as const]

for (const [before, utterances] of ALL) {
  describe(`with ${before} before`, () => {
    for (const [text, name, input] of utterances) {
      test(`"${text}" is ${name}`, () => {
        const readings = [...recognizer.readings(text.replace(/^\//, ''), holds(before))]
        // As where no thing is found by the words of a guess, unless the guess is what is meant.
        const found = readings.find(({ intent }) => intent.name === name || !mayBeNew(intent))
        expect(found?.intent.name ?? '-').toBe(name)
        const intent = calling.find((each) => each === found?.intent)
        const made = intent && found && inputOf(intent, found.words, before)
        expect(made).toEqual(input)
      })
    }
  })
}

test('the table has two hundred utterances, and one at least of every intent', () => {
  const lines = ALL.flatMap(([, utterances]) => utterances)
  expect(lines.length).toBeGreaterThanOrEqual(200)
  const named = new Set(lines.map(([, name]) => name))
  expect(all.map(({ name }) => name).filter((name) => !named.has(name) && !/^help-./.test(name))).toEqual([])
})
