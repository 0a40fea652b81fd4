/** A gateway that mails, the mail server that it mails to, and a reader who follows the links. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { z } from 'zod'
import { readSmtpAddress } from '../../../src/config/smtp-address.ts'
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { planSending } from '../../../src/domain/notifications/sending/plan.ts'
import { takeDue } from '../../../src/domain/outbox/take-due.ts'
import { keyFileIn } from '../../../src/domain/secrets/key-file.ts'
import { createChannels } from '../../../src/start/compose-channels.ts'
import { createPerson } from '../../../src/tools/people/create-person.ts'
import { operations } from '../../../src/tools/registry.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { deliverBundle } from '../../../src/workers/deliver/deliver-bundle.ts'
import { openFront, type TestFront } from '../../support/front.ts'
import { type MailServer, openMailServer } from '../../support/mail/mail-server.ts'
import type { ReadMail } from '../../support/mail/read-mail.ts'
import { TEST_PUBLIC_URL } from '../../support/world/database.ts'
import { createRunDriver, type RunDriver } from '../../support/world/drive-run.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'

export interface MailWorld {
  readonly front: TestFront
  readonly server: MailServer
  run<Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    input: z.input<Input>,
    as?: Partial<Actor>,
  ): Promise<z.output<Output>>
  /** A person with a verified address. */
  person(id: string): Promise<Partial<Actor>>
  /** A run of the person, that waits for an approval. */
  asks(
    person: Partial<Actor>,
    call?: Parameters<RunDriver['ask']>[1],
  ): Promise<{ runId: string; approvalId: string }>
  /** Hands over and sends all that is due now. */
  send(): Promise<void>
  /** The last mail to an address. */
  mailTo(address: string): ReadMail | undefined
  /** The path of the first link below this one in the plain form of a mail. */
  linkIn(mail: ReadMail | undefined, path: string): string
  get(path: string): Promise<Page>
  /** Sends the form of a page with these fields, as a browser does. */
  press(path: string, fields?: Record<string, string>): Promise<Page>
  close(): Promise<void>
}

export interface Page {
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

export async function openMailWorld(): Promise<MailWorld> {
  const server = await openMailServer()
  const home = await mkdtemp(join(tmpdir(), 'mail-world-'))
  const front = await openFront(
    { SWITCHBOARD_PUBLIC_URL: TEST_PUBLIC_URL },
    {
      models: SOME_MODEL,
      channels: [{ name: 'mail' }],
      mails: true,
      keys: { secrets: [], file: keyFileIn(home) },
    },
  )
  const { gateway } = front
  const { db, runtime, openSecret, clock } = gateway
  const { secrets, mailLinks: links } = runtime.resources
  const mail = { server: readSmtpAddress(server.url), from: { address: 'gate@example.com' } }
  const { channels, close } = createChannels({
    ...{ db, operations, mail, links, secrets, openSecret },
    now: clock.now,
  })
  const worker = createRunDriver(gateway)
  const run: MailWorld['run'] = async (operation, input, as) =>
    (await gateway.invoke(operation, input, gateway.as(as))).output
  const read = async (answer: Response) => ({
    status: answer.status,
    text: await answer.text(),
    headers: answer.headers,
  })
  const get = async (path: string) => await read(await fetch(`${front.url}${path}`))
  return {
    ...{ front, server, run, get },
    async person(id) {
      await run(createPerson, { id, emails: [{ address: `${id}@example.com`, verified: true }] })
      return { id, personId: id }
    },
    async asks(person, call) {
      const { run: started } = await run(startRun, { agent: 'assistant', goal: 'Plan' }, person)
      const hold = await worker.claim(started.id)
      const { approvalId } = await worker.ask(hold, call)
      await worker.release(hold, { state: 'waiting', reason: 'approval' })
      return { runId: started.id, approvalId }
    },
    async send() {
      await planSending(runtime)
      const wanted = { now: clock.now(), limit: 100, perReceiver: 100, busy: [] }
      for (;;) {
        const due = await takeDue(db, wanted)
        if (due.length === 0) return
        for (const { row, webhook } of due)
          if (webhook === undefined) await deliverBundle({ runtime, channels }, { row, webhook })
      }
    },
    mailTo: (address) => server.received.filter(({ envelope }) => envelope.to.includes(address)).at(-1),
    linkIn(sent, path) {
      const [url] = new RegExp(`${TEST_PUBLIC_URL}${path}/\\S+`).exec(sent?.text ?? '') ?? []
      if (url === undefined) throw new Error(`no link to ${path} in: ${sent?.text}`)
      return url.slice(TEST_PUBLIC_URL.length)
    },
    async press(path, fields = {}) {
      const hidden = (await get(path)).text.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)
      const shown = Object.fromEntries(Array.from(hidden, ([, name, value]) => [name, value]))
      const body = new URLSearchParams({ ...shown, ...fields })
      return await read(await fetch(`${front.url}${path}`, { method: 'POST', body }))
    },
    async close() {
      await close()
      await front.close()
      await server.close()
      await rm(home, { recursive: true })
    },
  }
}
