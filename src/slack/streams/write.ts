/** Writes what a card has to show: into a stream, or into a message that is edited. */
import type { ShownWork } from './card-work.ts'
import { closeLeft } from './close-left.ts'
import { writeEdits } from './write-edits.ts'
import { type Written, writeStream } from './write-stream.ts'

/** At most one call of a stream, so that the log is read on between two calls. */
export async function write(work: ShownWork): Promise<Written> {
  const written = await writeStream(work)
  if (written.waitMs !== undefined || !written.isIdle) return written
  const { card } = written
  const closed = await closeLeft({ ...work, card })
  if (closed.waitMs !== undefined || !closed.isIdle) return closed
  return card.state.mode === 'edits' ? { ...written, card: await writeEdits({ ...work, card }) } : written
}
