/** What `invoke` promises of operations that reach outside, with a real HTTP server as the outside. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Call, Within } from '../../src/core/call/call.ts'
import { BrokenOff } from '../../src/core/call/write-outside.ts'
import { AppError } from '../../src/core/errors.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import {
  countLetters,
  createLetterTable,
  letterOperations,
  openPostOffice,
  type PostOffice,
} from '../support/letters.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'

let gateway: TestGateway
let office: PostOffice
let whileStoring: () => void
const { post, send } = letterOperations(
  () => office.url,
  () => whileStoring(),
)

beforeAll(async () => {
  gateway = await openTestGateway()
  office = await openPostOffice()
  await createLetterTable(gateway.db)
})
beforeEach(() => {
  whileStoring = () => undefined
})
afterAll(async () => {
  await office.close()
  await gateway.close()
})

let calls = 0

/** A letter of its own under a key of its own. */
function newCall(more: Partial<Call> = {}) {
  calls += 1
  const text = `letter ${calls}`
  const call: Call = { ...gateway.as(), idempotencyKey: `key ${calls}`, ...more }
  return {
    text,
    call,
    make: (operation: Operation, changed: Partial<Call> = {}) =>
      gateway.invoke(operation, { text }, { ...call, ...changed }),
    stored: () => countLetters(gateway.db, text),
    sent: () => office.letters.filter((letter) => letter.text === text),
  }
}

/** Its process was lost so long ago that its claim has gone stale. */
async function makeStale({ idempotencyKey }: Call): Promise<void> {
  await gateway.db.execute(
    sql`update idempotency_keys set stale_at = clock_timestamp() - interval '1 second' where key = ${idempotencyKey}`,
  )
}

function failWith(error: Error, times: number): () => void {
  let left = times
  return () => {
    left -= 1
    if (left >= 0) throw error
  }
}

const audited = async (text: string) =>
  (
    await gateway.db.execute<{ outcome: string }>(
      sql`select outcome from audit_entries where input->>'text' = ${text} order by id`,
    )
  ).map(({ outcome }) => outcome)

describe('work outside', () => {
  it('leaves its effect, its audit entry and its answer together, and tells watchers then', async () => {
    const { make, stored, text } = newCall()
    const before = gateway.changes.length
    const making = make(post)
    const letter = await office.next()
    expect([await stored(), await audited(text), gateway.changes.length]).toEqual([0, [], before])
    letter.answer()

    expect(await making).toEqual({ output: { receipt: `posted ${text}` }, replayed: false })
    expect([await stored(), await audited(text)]).toEqual([1, ['ok']])
    expect(gateway.changes.slice(before)).toEqual([{ uris: ['letter://1'], spaceId: 'local' }])
  })

  it('holds nothing of the store: other calls go on while it is under way', async () => {
    const making = newCall().make(post)
    const letter = await office.next()
    const { output } = await gateway.invoke(createTasks, { tasks: [{ title: 'Meanwhile' }] }, gateway.as())
    letter.answer()

    expect(output.results).toMatchObject([{ ok: true }])
    expect(await making).toMatchObject({ replayed: false })
  })

  it('is given a key that is the same at every attempt, and no one else’s', async () => {
    const { make, sent } = newCall()
    const first = make(post)
    const letter = await office.next()
    letter.cut()
    await expect(first).rejects.toBeInstanceOf(BrokenOff)
    const again = make(post)
    const repeated = await office.next()
    repeated.answer()
    await again
    const other = make(post, gateway.as({ id: 'ann', personId: 'ann' }))
    const others = await office.next()
    others.answer()
    await other

    expect(letter.key).toMatch(/^[\w-]{43}$/)
    expect(repeated.key).toBe(letter.key)
    expect(others.key).not.toBe(letter.key)
    expect(sent()).toHaveLength(3)
  })

  it('of a call without a key is done at each call, under a key of its own', async () => {
    const { text } = newCall()
    const keys = new Set<string>()
    for (const _ of [1, 2]) {
      const making = gateway.invoke(post, { text }, gateway.as())
      const letter = await office.next()
      keys.add(letter.key)
      letter.answer()
      await making
    }
    expect(keys.size).toBe(2)
  })

  it('of a call without a key that is interrupted is not told to be repeated under one', async () => {
    const making = gateway.invoke(post, { text: newCall().text }, gateway.as())
    ;(await office.next()).cut()
    await expect(making).rejects.toMatchObject({ fix: expect.stringContaining('before you call again') })
  })

  it('is not begun where its caller may not begin, and leaves no claim', async () => {
    const { make, sent } = newCall()
    const refuse: Within = {
      before: async () => {
        throw new AppError('conflict', 'Not now.')
      },
      after: async () => undefined,
    }
    await expect(make(send, { within: refuse })).rejects.toMatchObject({ code: 'conflict' })
    expect(sent()).toHaveLength(0)
    const making = make(send, { resumes: false })
    ;(await office.next()).answer()
    expect(await making).toMatchObject({ replayed: false })
  })
})

describe('a second call with the same key', () => {
  it('meets in_progress, then the answer', async () => {
    const { make, sent, stored } = newCall()
    const making = make(post)
    const letter = await office.next()
    await expect(make(post)).rejects.toMatchObject({ code: 'in_progress', retryAfterMs: expect.any(Number) })
    letter.answer()
    const { output } = await making

    expect(await make(post)).toEqual({ output, replayed: true })
    expect([sent().length, await stored()]).toEqual([1, 1])
  })

  it('with another input is refused, also while the first is under way', async () => {
    const { make, call } = newCall()
    const making = make(post)
    const letter = await office.next()
    const other = gateway.invoke(post, { text: 'another' }, call)
    await expect(other).rejects.toMatchObject({ code: 'idempotency_mismatch' })
    letter.answer()
    await making
  })

  it('made ten times at once reaches out once', async () => {
    const { make, sent, stored } = newCall()
    const making = Promise.allSettled(Array.from({ length: 10 }, () => make(send)))
    ;(await office.next()).answer()
    const outcomes = await making

    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'in_progress' })
    }
    expect([sent().length, await stored()]).toEqual([1, 1])
  })
})

describe('after a crash while it was outside', () => {
  it('an idempotent call is made again under its key once its claim is stale; a late answer changes nothing', async () => {
    const { make, call, sent, stored } = newCall()
    const lost = make(post)
    const letter = await office.next()
    await makeStale(call)
    const again = make(post)
    const repeated = await office.next()
    repeated.answer()
    const { output } = await again
    letter.answer()

    expect(await lost).toEqual({ output, replayed: true })
    expect(sent().map(({ key }) => key)).toEqual([letter.key, letter.key])
    expect(await stored()).toBe(1)
  })

  it('a call that can be made once is not made again: its outcome is unknown, until its answer comes', async () => {
    const { make, call, sent, stored } = newCall()
    const lost = make(send)
    const letter = await office.next()
    await makeStale(call)
    await expect(make(send)).rejects.toMatchObject({ code: 'outcome_unknown' })
    letter.answer()
    const { output } = await lost

    expect(await make(send)).toEqual({ output, replayed: true })
    expect([sent().length, await stored()]).toEqual([1, 1])
  })

  it('the process that continues its caller’s work need not wait', async () => {
    const repeatable = newCall()
    const lost = repeatable.make(post)
    const letter = await office.next()
    const taken = repeatable.make(post, { resumes: true })
    ;(await office.next()).answer()
    expect(await taken).toMatchObject({ replayed: false })
    letter.answer()
    expect(await lost).toMatchObject({ replayed: true })

    const once = newCall()
    const sending = once.make(send)
    const sentOnce = await office.next()
    await expect(once.make(send, { resumes: true })).rejects.toMatchObject({ code: 'outcome_unknown' })
    sentOnce.answer()
    await sending
    expect([once.sent().length, await once.stored()]).toEqual([1, 1])
  })

  it('what has begun and left no trace is unknown, if it can be made once', async () => {
    const { make, sent } = newCall()
    await expect(make(send, { resumes: true })).rejects.toMatchObject({ code: 'outcome_unknown' })
    expect(sent()).toHaveLength(0)
  })
})

describe('a cancel in mid-call', () => {
  it('ends the request; an idempotent call may be made again under its key', async () => {
    const { make, sent } = newCall()
    const controller = new AbortController()
    const making = make(post, { signal: controller.signal })
    const letter = await office.next()
    const refused = expect(making).rejects.toMatchObject({ code: 'cancelled', name: 'BrokenOff' })
    controller.abort()
    await letter.gone
    await refused
    const again = make(post)
    ;(await office.next()).answer()
    expect(await again).toMatchObject({ replayed: false })
    expect(sent()).toHaveLength(2)
  })

  it('leaves the outcome of a call that can be made once unknown to every caller', async () => {
    const { make, sent } = newCall()
    const controller = new AbortController()
    const making = make(send, { signal: controller.signal })
    await office.next()
    controller.abort()
    await expect(making).rejects.toMatchObject({ code: 'outcome_unknown' })
    await expect(make(send)).rejects.toMatchObject({ code: 'outcome_unknown' })
    expect(sent()).toHaveLength(1)
  })

  it('that comes when it is done outside undoes nothing', async () => {
    const { make, stored } = newCall()
    const controller = new AbortController()
    whileStoring = () => controller.abort()
    const making = make(send, { signal: controller.signal })
    ;(await office.next()).answer()
    expect(await making).toMatchObject({ replayed: false })
    expect(await stored()).toBe(1)
  })

  it('that comes before it is begun leaves nothing, and its key free', async () => {
    const { make, sent } = newCall()
    const controller = new AbortController()
    const within: Within = {
      before: async () => controller.abort(),
      after: async () => undefined,
    }
    const making = make(send, { signal: controller.signal, within })
    await expect(making).rejects.toMatchObject({ code: 'cancelled' })
    expect(sent()).toHaveLength(0)
    const again = make(send, { resumes: true })
    ;(await office.next()).answer()
    expect(await again).toMatchObject({ replayed: false })
  })
})

describe('what goes wrong', () => {
  it('on the other side before anything was done leaves the key free, for another input too', async () => {
    const { make, call } = newCall()
    const making = make(send)
    ;(await office.next()).answer(422)
    await expect(making).rejects.toMatchObject({ code: 'conflict' })
    const again = gateway.invoke(send, { text: 'Mended' }, { ...call, resumes: true })
    ;(await office.next()).answer()
    expect(await again).toMatchObject({ replayed: false })
  })

  it('with the connection leaves it open whether it was done', async () => {
    const once = newCall()
    const sending = once.make(send)
    ;(await office.next()).cut()
    await expect(sending).rejects.toMatchObject({ code: 'outcome_unknown' })
    await expect(once.make(send)).rejects.toMatchObject({ code: 'outcome_unknown' })

    const repeatable = newCall()
    const posting = repeatable.make(post)
    ;(await office.next()).answer(503)
    await expect(posting).rejects.toMatchObject({ code: 'unavailable', name: 'BrokenOff' })
    await expect(gateway.invoke(post, { text: 'another' }, repeatable.call)).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    })
  })

  it('in passing while it is stored is tried again, without a second call', async () => {
    const { make, sent, stored } = newCall()
    whileStoring = failWith(new AppError('unavailable', 'Gave way.', { retryAfterMs: 1 }), 1)
    const making = make(send)
    ;(await office.next()).answer()
    expect(await making).toMatchObject({ replayed: false })
    expect([sent().length, await stored()]).toEqual([1, 1])
  })

  it('for good while it is stored leaves a call that can be made once unknown, and another to be made again', async () => {
    const once = newCall()
    whileStoring = failWith(new Error('no room'), 2)
    const sending = once.make(send)
    ;(await office.next()).answer()
    await expect(sending).rejects.toMatchObject({ code: 'outcome_unknown' })

    const repeatable = newCall()
    const posting = repeatable.make(post)
    ;(await office.next()).answer()
    await expect(posting).rejects.toMatchObject({ code: 'internal', name: 'BrokenOff' })
    const again = repeatable.make(post)
    ;(await office.next()).answer()
    expect(await again).toMatchObject({ replayed: false })
    expect([await once.stored(), await repeatable.stored()]).toEqual([0, 1])
  })

  it('with its caller, once it is done, leaves the answer to the process that takes over', async () => {
    const { make, sent, stored, text } = newCall()
    const told: object[] = []
    const lost: Within = {
      before: async () => undefined,
      after: async () => {
        throw new AppError('cancelled', 'Its hold is lost.')
      },
    }
    const making = make(send, { within: lost })
    ;(await office.next()).answer()
    await expect(making).rejects.toMatchObject({ message: 'Its hold is lost.' })
    const within: Within = {
      before: async () => undefined,
      after: async (_, output) => void told.push(output),
    }
    const taken = await make(send, { within, resumes: true })

    expect(taken).toEqual({ output: { receipt: `posted ${text}` }, replayed: true })
    expect(told).toEqual([taken.output])
    expect([sent().length, await stored(), await audited(text)]).toEqual([1, 1, ['ok']])
  })
})
