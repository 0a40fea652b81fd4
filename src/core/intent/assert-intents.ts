/** Makes sure that every intent can be reached: that no other one takes what is meant for it. */
import type { Needs, Phrased } from './intent.ts'
import { createRecognizer, recognize } from './recognizer.ts'

/** @throws Error naming two intents that share a name or an order, or of which one takes the example of the other */
export function assertIntents(intents: readonly Phrased[]): void {
  assertOnce('name', intents, ({ name }) => name)
  assertOnce('order', intents, ({ order }) => String(order))
  const recognizer = createRecognizer(intents)
  for (const intent of intents) {
    const taken = recognize(recognizer, intent.example, ({ when }) => isCovered(when, intent.when))?.intent
    if (taken === intent) continue
    const by = taken === undefined ? 'by no intent' : `by the intent ${taken.name}`
    throw new Error(`the example of the intent ${intent.name}, "${intent.example}", is taken ${by}`)
  }
}

function assertOnce(what: string, intents: readonly Phrased[], of: (intent: Phrased) => string): void {
  const seen = new Map<string, string>()
  for (const intent of intents) {
    const other = seen.get(of(intent))
    if (other !== undefined)
      throw new Error(`the intents ${other} and ${intent.name} have the same ${what}, ${of(intent)}`)
    seen.set(of(intent), intent.name)
  }
}

/** Whether a conversation that has just what `given` needs has what `needs` asks for. */
function isCovered(needs: Needs = {}, given: Needs = {}): boolean {
  return (
    (needs.preview === undefined || needs.preview === given.preview) &&
    (needs.that === undefined || needs.that === given.that) &&
    (needs.waiting === undefined ||
      needs.waiting === (given.preview ? 'preview' : (given.waiting ?? 'nothing')))
  )
}
