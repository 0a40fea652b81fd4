/**
 * Whether a name or address, as written in a URL or in a `Host` header without the port, can only mean this machine.
 */
export function isLoopback(name: string): boolean {
  return name === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(name) || name === '::1' || name === '[::1]'
}

/** Whether others on the network can read what is sent there. */
export function crossesInTheClear(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !isLoopback(hostname)
}
