/** What a person can say, as a table: what people say on their first day, and all of an area on request. */
import type { Intent, Phrased } from '../core/intent/intent.ts'
import { wordsOf } from '../core/intent/words-of.ts'
import { mayCall } from '../core/operation/catalog.ts'
import type { Reply } from './reply.ts'
import type { Talk, Turning } from './turning.ts'

/** The most rows of help that answers a question. */
const FOUND_MAX_ROWS = 12
/** Shorter words, such as "a" and "how", say little about what a question is about. */
const TELLING_MIN_CHARS = 3

/** Help about everything, by the word that asks for it. */
const ALL = 'everything'

interface Topic {
  readonly word: string
  readonly intents: readonly Phrased[]
}

/** `talk`: the intents of the conversation itself. `about`: the topic that was asked for. */
export function helpReply(turning: Turning, talk: readonly Phrased[], about = ''): Reply {
  const topics = topicsOf(turning, talk)
  const all = topics.flatMap(({ intents }) => intents)
  const asked = topics.find(({ word }) => word === about)?.intents
  const first = all.filter(({ isFirst }) => isFirst === true)
  return helpWith(topics, helpRows(asked ?? (about === ALL ? all : first)))
}

/** Help about what a question asks: "how do i delete a task". */
export function helpOnQuestion(turning: Turning, talk: readonly Phrased[], question: string): Reply {
  const topics = topicsOf(turning, talk)
  const all = topics.flatMap(({ intents }) => intents)
  const words = wordsOf(question)
    .map(({ form }) => form)
    .filter((word) => word.length >= TELLING_MIN_CHARS && !/^tasks?$/.test(word))
  const found = all.filter(({ example, does = '' }) => {
    const forms = wordsOf(`${example} ${does}`).map(({ form }) => form)
    return words.some((word) => forms.some((form) => form.startsWith(word)))
  })
  const rows = helpRows(found).slice(0, FOUND_MAX_ROWS)
  return rows.length === 0 ? helpReply(turning, talk) : helpWith(topics, rows)
}

function helpWith(topics: readonly Topic[], rows: string[][]): Reply {
  return {
    text: ['You can say:', ...rows.map(([say, does]) => `${say} - ${does}`)].join('\n'),
    table: { columns: ['You can say', 'What it does'], rows },
    actions: topics.map(({ word }) => ({ label: labelOf(word), say: `help ${word}` })),
  }
}

/** Help about the conversation itself. */
const TALKING = 'answers'

function topicsOf({ intents, call: { actor, door } }: Turning, talk: readonly Phrased[]): Topic[] {
  const callable = intents
    .filter(({ operation, does }) => does !== undefined && mayCall(operation, actor, { door }))
    .toSorted((one, other) => Number(isFollowUp(one)) - Number(isFollowUp(other)))
  const words = [...new Set(callable.map(topicOf))]
  const ofAreas = words.map((word) => ({ word, intents: callable.filter((each) => topicOf(each) === word) }))
  return [...ofAreas, { word: TALKING, intents: talk }]
}

/** Whether it says something about what was shown or done before, which nobody begins with. */
function isFollowUp({ order }: Phrased): boolean {
  return order < COMMANDS_ORDER
}

/** By their order, commands come after what is about the conversation. */
const COMMANDS_ORDER = 500

/** The words of an area's name, as people say them. */
function topicOf({ operation }: Pick<Intent, 'operation'>): string {
  return operation.area.replaceAll('_', ' ')
}

function labelOf(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** The first order of these intents, which is below those of areas. */
const FIRST_ORDER = 370

/** `help tasks`: one intent for each topic. */
export function helpOnTopics(intents: readonly Intent[], talk: readonly Phrased[]): Talk[] {
  const words = new Set(intents.flatMap((intent) => (intent.does === undefined ? [] : [topicOf(intent)])))
  return [...words, TALKING, ALL].map((word, at) => ({
    name: `help-${word.replaceAll(' ', '-')}`,
    order: FIRST_ORDER + at,
    says: [
      `help [me] [with|on|about|for] ${word}`,
      `what can (i|you) (do|say|type) [with|about|for|on] ${word}`,
    ],
    example: `help ${word}`,
    answer: (turning) => ({ replies: [helpReply(turning, talk, word)], state: turning.state }),
  }))
}

/** An example of each intent and what it does: those of the areas first, in their order, then the conversation's. */
export function helpRows(intents: readonly Phrased[]): string[][] {
  return intents.flatMap(({ example, does }) => (does === undefined ? [] : [[example, does]]))
}
