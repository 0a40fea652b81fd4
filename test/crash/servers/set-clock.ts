/** Sets the clock of this process ahead of the machine's, as far as the harness says: at its start, and while it runs. */

const machineNow = Date.now
let aheadMs = Number(process.env.CRASH_AHEAD_MS ?? 0)

Date.now = () => machineNow() + aheadMs
globalThis.Date = new Proxy(Date, {
  construct: (target, given, self) =>
    Reflect.construct(target, given.length === 0 ? [Date.now()] : given, self),
})

process.on('message', (ahead: number) => {
  aheadMs = ahead
  process.send?.('set')
})
// What it listens to does not keep the process alive.
process.channel?.unref()
