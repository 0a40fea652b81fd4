/** A mail server on a real socket: it keeps what it takes over, and has the faults that a test wants. */
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { type ReadMail, readMail } from './read-mail.ts'

/**
 * `greylisted`, `unknown`: its reply to the recipient; `spam`: to the mail; `hanging`: none to the recipient;
 * `cut`: breaks the connection while a mail comes in; `silent`: takes a mail over, and breaks the connection unanswered.
 */
export type MailFault = 'greylisted' | 'unknown' | 'sender' | 'spam' | 'hanging' | 'cut' | 'silent'

export interface MailServer {
  readonly url: string
  readonly port: number
  /** Every mail that it took over, oldest first. */
  readonly received: ReadMail[]
  /** Its fault from now on; undefined: none. */
  fault: MailFault | undefined
  /** Connections so far. */
  connections(): number
  /** Recipients that it has not answered so far. */
  hanging(): number
  /** Calls `listener` now, and after each mail from now on in place of an earlier listener. */
  hears(listener: () => void): void
  close(): Promise<void>
}

export const MAIL_USER = { user: 'switchboard', password: 'p@ss/word of the mailbox' }

const REPLIES = {
  greylisted: [451, '4.7.1 Greylisted, come back later'],
  unknown: [550, '5.1.1 No such mailbox'],
  sender: [553, '5.7.1 Sender is not yours'],
  spam: [554, '5.7.1 Looks like spam'],
} as const

function replyOf(fault: keyof typeof REPLIES): Error {
  const [responseCode, text] = REPLIES[fault]
  return Object.assign(new Error(text), { responseCode })
}

/** Without `options`, it speaks without TLS and asks for no password. */
export async function openMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const sockets = new Set<Socket>()
  const received: ReadMail[] = []
  let opened = 0
  let hanging = 0
  let heard = () => undefined as unknown
  const breakOff = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    closeTimeout: 1,
    logger: false,
    ...options,
    onAuth({ username, password }, _session, done) {
      const isRight = username === MAIL_USER.user && password === MAIL_USER.password
      if (isRight) done(null, { user: username })
      else done(Object.assign(new Error('5.7.8 Wrong password'), { responseCode: 535 }))
    },
    onMailFrom: (_address, _session, done) => done(own.fault === 'sender' ? replyOf('sender') : null),
    onRcptTo(_address, _session, done) {
      if (own.fault === 'hanging') {
        hanging += 1
        return
      }
      const isRefused = own.fault === 'greylisted' || own.fault === 'unknown'
      done(isRefused && own.fault ? replyOf(own.fault as 'unknown') : null)
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      if (own.fault === 'cut') return breakOff()
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (own.fault === 'spam') return done(replyOf('spam'))
        const to = envelope.rcptTo.map(({ address }) => address)
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        received.push(readMail(Buffer.concat(chunks).toString('latin1'), { from, to }))
        if (own.fault === 'silent') breakOff()
        else done(null)
        heard()
      })
    },
  })
  server.on('error', () => undefined)
  server.server.on('connection', (socket: Socket) => {
    opened += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  const own: MailServer = {
    url: `smtp://127.0.0.1:${port}`,
    port,
    received,
    fault: undefined,
    connections: () => opened,
    hanging: () => hanging,
    hears(listener) {
      heard = listener
      listener()
    },
    async close() {
      // Node crashes when a socket is destroyed under a TLS connection; the server ends these itself.
      if (options.secure !== true) breakOff()
      await new Promise<void>((resolve) => server.close(resolve))
    },
  }
  return own
}
