/** Makes one call for each of several things, where the operation takes one. */
import type { Intent } from '../core/intent/intent.ts'
import { undoOf } from './answer.ts'
import { type Confirmation, withDone, withThat } from './chat-state.ts'
import { refusalOf } from './refusal.ts'
import { type Done, invokeIn, type Turning } from './turning.ts'
import { undoingOf } from './undoing.ts'

type Input = Readonly<Record<string, unknown>>

/** The refusal of one thing stops none of the others. @throws AppError that a repetition may mend */
export async function doEach(
  turning: Turning,
  { operation }: Intent,
  { id, each = [], things = [], typed = '' }: Confirmation,
): Promise<Done> {
  const texts: string[] = []
  const calls: { operation: string; input: Input }[] = []
  for (const [index, input] of each.entries()) {
    try {
      const output = await invokeIn(turning, { operation, input }, `${id}/done-${index}`)
      texts.push(operation.tell(output, turning.message.reader))
      calls.push(...(undoingOf(turning, { operation, input, output, typed })?.calls ?? []))
    } catch (thrown) {
      texts.push(refusalOf(thrown, typed).text)
    }
  }
  const undoing = calls.length === 0 ? undefined : { id: turning.message.key, said: typed, calls }
  const state = withThat(turning.state, things)
  return {
    replies: [{ text: texts.join('\n'), actions: undoOf(undoing) }],
    state: undoing === undefined ? state : withDone(state, undoing),
  }
}
