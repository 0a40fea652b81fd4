/** Asks a Redis server whether it is there: one PING, in its own words. */
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectEncrypted } from 'node:tls'

const ANSWER_MAX_MS = 3000
const DEFAULT_PORT = 6379

/** @throws Error when it does not answer, or refuses the name and password */
export async function askRedis(address: string): Promise<void> {
  const url = new URL(address)
  const socket = open(url)
  try {
    await pong(socket, commandsFor(url))
  } finally {
    socket.destroy()
  }
}

function open({ protocol, hostname, port }: URL): Socket {
  const options = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || DEFAULT_PORT }
  return protocol === 'rediss:'
    ? connectEncrypted({ ...options, servername: options.host })
    : connectPlain(options)
}

function commandsFor({ username, password }: URL): string {
  const credentials = [username, password].filter((word) => word !== '').map(decodeURIComponent)
  return [...(credentials.length > 0 ? [['AUTH', ...credentials]] : []), ['PING']].map(encoded).join('')
}

/** An array of bulk strings, as the protocol (RESP) has it. */
function encoded(words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
  return `*${words.length}\r\n${parts.join('')}`
}

function pong(socket: Socket, commands: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = ''
    socket.setTimeout(ANSWER_MAX_MS, () => reject(new Error('no answer in time')))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('it hung up')))
    socket.on('data', (chunk) => {
      answer += chunk.toString('utf8')
      if (answer.includes('+PONG\r\n')) resolve()
      else if (/^-.*\r\n/m.test(answer)) reject(new Error(answer.trim()))
    })
    socket.write(commands)
  })
}
