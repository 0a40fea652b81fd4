/** What a person can say, as a table. */
import type { Phrased } from '../core/intent/intent.ts'
import { mayCall } from '../core/operation/catalog.ts'
import type { Reply } from './reply.ts'
import type { Turning } from './turning.ts'

/** `talk`: the intents of the conversation itself. */
export function helpReply({ intents, call: { actor, door } }: Turning, talk: readonly Phrased[]): Reply {
  const callable = intents.filter(({ operation }) => mayCall(operation, actor, { door }))
  const rows = helpRows([...callable, ...talk])
  return {
    text: ['You can say:', ...rows.map(([say, does]) => `${say} - ${does}`)].join('\n'),
    table: { columns: ['You can say', 'What it does'], rows },
    actions: [],
  }
}

/** An example of each intent and what it does: those of the areas first, in their order, then the conversation's. */
export function helpRows(intents: readonly Phrased[]): string[][] {
  return intents.flatMap(({ example, does }) => (does === undefined ? [] : [[example, does]]))
}
