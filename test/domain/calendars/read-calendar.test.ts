import { describe, expect, test } from 'vitest'
import { readCalendar } from '../../../src/domain/calendars/reading/read-calendar.ts'

const WINDOW = { from: new Date('2026-12-01T00:00Z'), until: new Date('2026-12-15T00:00Z'), self: null }

/** Each event by its lines. */
function calendar(...events: readonly string[][]): string {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', ...event, 'END:VEVENT'])
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n')
}

async function read(text: string, window: Partial<Parameters<typeof readCalendar>[1]> = {}) {
  const { occurrences, unread } = await readCalendar([text], { ...WINDOW, ...window })
  const lines = occurrences
    .map(({ title, clock, startAt, endAt, shownAs }) =>
      [startAt.toISOString().slice(0, 16), endAt.toISOString().slice(0, 16), clock, shownAs, title].join(' '),
    )
    .sort()
  return { lines, unread }
}

const BERLIN_9 = 'DTSTART;TZID=Europe/Berlin:20261201T090000'

describe('when an event is', () => {
  test.each([
    ['in a zone of IANA', 'DTSTART;TZID=Europe/Berlin:20261201T090000', '2026-12-01T08:00'],
    ['in a zone of Windows', 'DTSTART;TZID=Pacific Standard Time:20261201T090000', '2026-12-01T17:00'],
    ['in a quoted zone', 'DTSTART;TZID="W. Europe Standard Time":20261201T090000', '2026-12-01T08:00'],
    [
      'in a zone with a path',
      'DTSTART;TZID=/citadel.org/2021_1/Asia/Tokyo:20261201T090000',
      '2026-12-01T00:00',
    ],
    ['in UTC', 'DTSTART:20261201T090000Z', '2026-12-01T09:00'],
  ])('%s', async (_case, start, expected) => {
    expect(await read(calendar(['UID:1', start, 'DURATION:PT30M', 'SUMMARY:Call']))).toEqual({
      lines: [`${expected} ${expected.replace(/00$/, '30')} instant busy Call`],
      unread: 0,
    })
  })

  test('in a zone that only the calendar describes', async () => {
    const zone = [
      ...['BEGIN:VTIMEZONE', 'TZID:Customized Time Zone', 'BEGIN:STANDARD', 'DTSTART:16010101T030000'],
      ...[
        'TZOFFSETFROM:+0300',
        'TZOFFSETTO:+0200',
        'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
        'END:STANDARD',
      ],
      ...['BEGIN:DAYLIGHT', 'DTSTART:16010101T020000', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0300'],
      ...['RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3', 'END:DAYLIGHT', 'END:VTIMEZONE'],
    ].join('\r\n')
    const one = [
      'UID:1',
      'DTSTART;TZID=Customized Time Zone:20261201T090000',
      'DURATION:PT1H',
      'SUMMARY:Winter',
    ]
    const text = calendar(one).replace('BEGIN:VEVENT', `${zone}\r\nBEGIN:VEVENT`)
    expect(await read(text)).toEqual({
      lines: ['2026-12-01T07:00 2026-12-01T08:00 instant busy Winter'],
      unread: 0,
    })
  })

  test('at a floating time, and on whole days, it keeps the clock of its reader', async () => {
    const floating = ['UID:1', 'DTSTART:20261201T090000', 'DTEND:20261201T093000', 'SUMMARY:Yoga']
    const days = ['UID:2', 'DTSTART;VALUE=DATE:20261203', 'DTEND;VALUE=DATE:20261205', 'SUMMARY:Fair']
    const lax = ['UID:3', 'DTSTART:20261206', 'SUMMARY:Lax']
    expect((await read(calendar(floating, days, lax))).lines).toEqual([
      '2026-12-01T09:00 2026-12-01T09:30 wall busy Yoga',
      '2026-12-03T00:00 2026-12-05T00:00 day busy Fair',
      '2026-12-06T00:00 2026-12-07T00:00 day busy Lax',
    ])
  })

  test('in an unknown zone, it is taken for the clock of its reader and counted as unread', async () => {
    const one = ['UID:1', 'DTSTART;TZID=Nowhere:20261201T090000', 'DURATION:PT1H', 'SUMMARY:Odd']
    expect(await read(calendar(one))).toEqual({
      lines: ['2026-12-01T09:00 2026-12-01T10:00 wall busy Odd'],
      unread: 1,
    })
  })
})

describe('a series', () => {
  test('keeps its wall time over a change of clocks', async () => {
    const series = [
      'UID:1',
      'DTSTART;TZID=Europe/Berlin:20260301T090000',
      'DURATION:PT1H',
      'RRULE:FREQ=WEEKLY',
    ]
    const window = { from: new Date('2026-03-20T00:00Z'), until: new Date('2026-04-02T00:00Z') }
    expect((await read(calendar(series), window)).lines).toEqual([
      '2026-03-22T08:00 2026-03-22T09:00 instant busy ',
      '2026-03-29T07:00 2026-03-29T08:00 instant busy ',
    ])
  })

  test('leaves out exclusions, and puts exceptions in their places, also into the window from outside', async () => {
    const text = calendar(
      [
        ...['UID:1', BERLIN_9, 'DURATION:PT1H', 'SUMMARY:Standup', 'RRULE:FREQ=DAILY;UNTIL=20261205T080000Z'],
        ...['EXDATE:20261202T080000Z', 'RDATE;TZID=Europe/Berlin:20261210T090000'],
      ],
      [
        'UID:1',
        'RECURRENCE-ID;TZID=Europe/Berlin:20261203T090000',
        'DTSTART:20261203T150000Z',
        'DURATION:PT2H',
        'SUMMARY:Moved',
      ],
      ['UID:1', 'RECURRENCE-ID:20261204T080000Z', 'DTSTART:20261204T080000Z', 'STATUS:CANCELLED'],
      [
        'UID:1',
        'RECURRENCE-ID:20271204T080000Z',
        'DTSTART:20261206T080000Z',
        'DURATION:PT1H',
        'SUMMARY:Early',
      ],
    )
    expect(await read(text)).toEqual({
      lines: [
        '2026-12-01T08:00 2026-12-01T09:00 instant busy Standup',
        '2026-12-03T15:00 2026-12-03T17:00 instant busy Moved',
        '2026-12-05T08:00 2026-12-05T09:00 instant busy Standup',
        '2026-12-06T08:00 2026-12-06T09:00 instant busy Early',
        '2026-12-10T08:00 2026-12-10T09:00 instant busy Standup',
      ],
      unread: 0,
    })
  })

  test('goes on as it was changed for all later times', async () => {
    const text = calendar(
      ['UID:1', BERLIN_9, 'DURATION:PT1H', 'SUMMARY:Old', 'RRULE:FREQ=WEEKLY;COUNT=3'],
      [
        'UID:1',
        'RECURRENCE-ID;RANGE=THISANDFUTURE:20261208T080000Z',
        'DTSTART:20261208T100000Z',
        'DURATION:PT2H',
        'SUMMARY:New',
      ],
    )
    const window = { until: new Date('2026-12-30T00:00Z') }
    expect((await read(text, window)).lines).toEqual([
      '2026-12-01T08:00 2026-12-01T09:00 instant busy Old',
      '2026-12-08T10:00 2026-12-08T12:00 instant busy New',
      '2026-12-15T10:00 2026-12-15T12:00 instant busy New',
    ])
  })

  test('of whole days leaves out a day, and one that began before the window reaches into it', async () => {
    const text = calendar(
      [
        'UID:1',
        'DTSTART;VALUE=DATE:20261130',
        'RRULE:FREQ=DAILY;COUNT=4',
        'EXDATE;VALUE=DATE:20261201',
        'SUMMARY:On call',
      ],
      [
        'UID:2',
        'DTSTART:20261101T080000Z',
        'DTEND:20261103T080000Z',
        'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1',
        'SUMMARY:Close',
      ],
    )
    expect((await read(text)).lines).toEqual([
      '2026-11-30T00:00 2026-12-01T00:00 day busy On call',
      '2026-11-30T08:00 2026-12-02T08:00 instant busy Close',
      '2026-12-02T00:00 2026-12-03T00:00 day busy On call',
      '2026-12-03T00:00 2026-12-04T00:00 day busy On call',
    ])
  })

  test('is read in its latest version', async () => {
    const version = (sequence: number, hour: string) => [
      'UID:1',
      `SEQUENCE:${sequence}`,
      `DTSTART:20261201T${hour}0000Z`,
      'DURATION:PT1H',
      'SUMMARY:One',
    ]
    expect((await read(calendar(version(2, '11'), version(1, '10')))).lines).toEqual([
      '2026-12-01T11:00 2026-12-01T12:00 instant busy One',
    ])
  })
})

describe('whether an event takes up time', () => {
  test.each([
    [['TRANSP:TRANSPARENT'], 'free'],
    [['STATUS:TENTATIVE'], 'tentative'],
    [['X-MICROSOFT-CDO-BUSYSTATUS:FREE'], 'free'],
    [['X-MICROSOFT-CDO-BUSYSTATUS:OOF'], 'busy'],
    [['ATTENDEE;PARTSTAT=DECLINED;CN="Lovelace, Ada":mailto:Ada@example.com'], 'free'],
    [['ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.com'], 'busy'],
  ])('%s: %s', async (lines, expected) => {
    const text = calendar(['UID:1', 'DTSTART:20261201T090000Z', 'DURATION:PT1H', ...lines])
    expect((await read(text, { self: 'ada@example.com' })).lines[0]).toContain(` ${expected} `)
  })

  test('a cancelled one takes up none', async () => {
    const text = calendar(['UID:1', 'DTSTART:20261201T090000Z', 'DURATION:PT1H', 'STATUS:CANCELLED'])
    expect(await read(text)).toEqual({ lines: [], unread: 0 })
  })
})

describe('a calendar with faults', () => {
  const good = ['UID:good', 'DTSTART:20261201T090000Z', 'DURATION:PT1H', 'SUMMARY:Good']
  const GOOD = '2026-12-01T09:00 2026-12-01T10:00 instant busy Good'

  test.each([
    ['no start', ['UID:1', 'SUMMARY:x']],
    ['a start that is no time', ['UID:1', 'DTSTART:garbage']],
    ['a day that does not exist', ['UID:1', 'DTSTART:20260231T090000Z']],
    ['an end before its start', ['UID:1', 'DTSTART:20261201T090000Z', 'DTEND:20261201T080000Z']],
    ['a rule of nonsense', ['UID:1', 'DTSTART:20261201T090000Z', 'RRULE:FREQ=SOMETIMES']],
    ['a rule of each second', ['UID:1', 'DTSTART:20261201T090000Z', 'RRULE:FREQ=SECONDLY']],
  ])('shows the good events, and counts one with %s', async (_case, broken) => {
    const { lines, unread } = await read(calendar(broken, good))
    expect({ lines: lines.filter((line) => line.endsWith('Good')), unread }).toEqual({
      lines: [GOOD],
      unread: 1,
    })
  })

  test('shows the good events, and counts one without an end', async () => {
    const text = calendar(good).replace('BEGIN:VEVENT', 'BEGIN:VEVENT\r\nUID:1\r\nBEGIN:VEVENT')
    expect(await read(text)).toEqual({ lines: [GOOD], unread: 1 })
  })

  test('is read whatever its other lines hold: folds, alarms, escapes, other line ends', async () => {
    const odd = [
      ...[
        'UID:1',
        'DTSTART:20261201T0900',
        ' 00Z',
        'DURATION:PT1H',
        'SUMMARY:Good\\, old',
        'X-BROKEN',
        '@@@',
      ],
      ...['BEGIN:VALARM', 'TRIGGER:-PT15M', 'DURATION:PT5M', 'SUMMARY:Alarm', 'END:VALARM'],
    ]
    expect(await read(`\uFEFF${calendar(odd).replaceAll('\r\n', '\n')}`)).toEqual({
      lines: ['2026-12-01T09:00 2026-12-01T10:00 instant busy Good, old'],
      unread: 0,
    })
  })

  test.each([
    ['a page of HTML', '<!doctype html><title>Sign in</title>', /web page/],
    ['other text', 'hello', /does not answer with a calendar/],
    ['the beginning of a calendar', calendar(good).slice(0, -20), /cut off/],
  ])('is refused as a whole where it is %s', async (_case, text, message) => {
    await expect(read(text)).rejects.toThrow(message)
  })
})
