/** Finds the gateway that runs on this machine, by the note that it keeps in the home folder. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/**
 * A gateway on this machine answers within milliseconds, unless the machine is busy: then it is waited for, since what
 * would come instead, to open its store, must fail. Only a program that got its number and its port keeps one waiting.
 */
const ANSWER_MAX_MS = 15_000

const Note = z.object({ url: z.url(), pid: z.int().positive() })

export interface RunningGateway {
  readonly url: string
  readonly pid: number
}

/** The gateway that has noted itself in `home` and answers; undefined when there is none. */
export async function findGateway(home: string): Promise<RunningGateway | undefined> {
  const note = await readNote(home)
  return note && isRunning(note.pid) && (await answers(note.url)) ? note : undefined
}

async function readNote(home: string): Promise<RunningGateway | undefined> {
  try {
    return Note.safeParse(JSON.parse(await readFile(join(home, 'gateway.json'), 'utf8'))).data
  } catch {
    return undefined
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** A process id is given out again: only an answer shows that it is still the gateway. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(ANSWER_MAX_MS) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
