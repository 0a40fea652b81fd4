/** Milliseconds of processor time that `work` takes this process: what else the machine does adds nothing to it. */
export async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / MICROSECONDS_PER_MS
}

const MICROSECONDS_PER_MS = 1000
