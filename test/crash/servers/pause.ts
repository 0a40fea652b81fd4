/** Looks again and again, a little apart. */

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

const LOOK_AGAIN_MS = 25

/** Whether `look` answered true in time. */
export async function waitFor(withinMs: number, look: () => Promise<boolean> | boolean): Promise<boolean> {
  const until = performance.now() + withinMs
  while (!(await look())) {
    if (performance.now() > until) return false
    await pause(LOOK_AGAIN_MS)
  }
  return true
}
