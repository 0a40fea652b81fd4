/** What a reader refuses. */
export function refusalOf(read: () => unknown): unknown {
  try {
    read()
  } catch (thrown) {
    return thrown
  }
  throw new Error('nothing was refused')
}
