/** Finds the gateway that runs on this machine by its note in the home folder, and makes it prove itself. */
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { isSameSecret, makeNonce, proofOf } from '../../domain/access/machine-secret.ts'
import { StorePlace } from '../../domain/db/store-place.ts'
import { GatewayGone } from './gateway-gone.ts'
import { readPrivateFile } from './private-file.ts'

/**
 * A gateway on this machine answers within milliseconds, unless the machine is busy: then waiting is right, because the
 * alternative, opening its store, must fail. Only a program that took over its process id and its port causes a
 * needless wait.
 */
const ANSWER_MAX_MS = 15_000

/** The most bytes of an answer with a proof. */
const ANSWER_MAX_BYTES = 1_000

const Note = z.object({
  url: z.url(),
  pid: z.int().positive(),
  secret: z.string().min(1),
  /** Absent from the note of an older gateway. */
  store: StorePlace.optional(),
})

const Proof = z.object({ proof: z.string() })

export type RunningGateway = z.output<typeof Note>

/**
 * The gateway that wrote its note in `home` and proves it; undefined if there is none. A program that got the process
 * id and port of a dead gateway is not mistaken for it.
 * @throws AppError `forbidden` when others may have read or written the note
 */
export async function findGateway(home: string): Promise<RunningGateway | undefined> {
  const note = await readNote(home)
  if (note === undefined || !isRunning(note.pid)) return undefined
  try {
    await assertProven(note)
    return note
  } catch {
    return undefined
  }
}

/**
 * Asks for a proof that the program at the gateway's address is the gateway. Await it before anything else is sent
 * there.
 * @throws AppError `unavailable`, caused by `GatewayGone`
 */
export async function assertProven({ url, secret }: RunningGateway): Promise<void> {
  const nonce = makeNonce()
  const proof = await askForProof(url, nonce).catch((cause: unknown) => {
    throw gone(`No gateway answers at ${url} any more.`, cause)
  })
  if (proof === undefined || !isSameSecret(proof, proofOf(secret, url, nonce))) {
    throw gone(`The program at ${url} cannot prove that it is your gateway, so nothing was sent to it.`)
  }
}

async function askForProof(url: string, nonce: string): Promise<string | undefined> {
  const response = await fetch(`${url}/proof?nonce=${nonce}`, {
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MAX_MS),
  })
  return Proof.safeParse(parsed(await readShort(response))).data?.proof
}

/** The text of an answer, up to the longest possible proof. */
async function readShort({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > ANSWER_MAX_BYTES) return ''
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function readNote(home: string): Promise<RunningGateway | undefined> {
  const text = await readPrivateFile(join(home, 'gateway.json'))
  return text === undefined ? undefined : Note.safeParse(parsed(text)).data
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function gone(message: string, cause?: unknown): AppError {
  return new AppError('unavailable', message, {
    fix: 'Start it again with npm start. `switchboard doctor` shows what is running.',
    cause: new GatewayGone(message, { cause }),
  })
}
