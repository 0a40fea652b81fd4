/** Time zones by the names that people write: abbreviations, IANA names, cities. */
import { Temporal } from 'temporal-polyfill'
import { isTimeZone } from './time-zone.ts'

/** One meaning of an abbreviation. */
export interface ZoneMeaning {
  /** IANA name of a region that uses the abbreviation. */
  readonly timeZone: string
  /** Offset from UTC while the abbreviation is in force, in minutes; null: the offset at the time (`ET`). */
  readonly offsetMinutes: number | null
  /** A pattern of the IANA names of people who use this meaning; null: everybody. */
  readonly home: RegExp | null
}

const HOMES: Readonly<Record<string, RegExp>> = {
  America: /^(America|US|Canada|Mexico)\/|^Pacific\/Honolulu$|^Atlantic\/Bermuda$/,
  Cuba: /^America\/Havana$|^Cuba$/,
  China: /^Asia\/(Shanghai|Chongqing|Chungking|Harbin|Urumqi|Hong_Kong|Macau|Macao|Taipei)$|^PRC$|^ROC$/,
  India: /^Asia\/(Kolkata|Calcutta|Colombo)$/,
  Israel: /^Asia\/(Jerusalem|Tel_Aviv)$|^Israel$/,
  Ireland: /^Europe\/Dublin$|^Eire$/,
  Europe: /^(Europe|Atlantic)\/|^GB$/,
  Bangladesh: /^Asia\/(Dhaka|Dacca)$/,
  Arabia: /^Asia\/(Riyadh|Baghdad|Kuwait|Qatar|Bahrain|Aden)$/,
  Philippines: /^Asia\/(Manila|Karachi)$/,
  Malaysia: /^Asia\/(Kuala_Lumpur|Kuching|Yangon|Rangoon)$/,
  Australia: /^Australia\//,
  Brazil: /^America\/(Manaus|Boa_Vista|Porto_Velho|Cuiaba|Campo_Grande)$/,
  Armenia: /^Asia\/Yerevan$/,
  Gulf: /^Asia\/(Dubai|Muscat)$/,
}

/**
 * Abbreviation, offset, zone, and its users where several share it: `@` only theirs, `!` everybody's but theirs. From
 * RFC 5322, section 4.3 (North America), the short names and golden zones of CLDR's metaZones.xml, and the zones' own
 * files in the IANA database. Abbreviations without a clear meaning (WST, ECT, SST) name no zone at all.
 */
const ROWS = `
UTC +00:00 UTC | GMT +00:00 UTC | UT +00:00 UTC | Z +00:00 UTC | ZULU +00:00 UTC
EST -05:00 America/New_York !Australia | EDT -04:00 America/New_York !Australia | ET ~ America/New_York
CST -06:00 America/Chicago @America | CST +08:00 Asia/Shanghai @China | CST -05:00 America/Havana @Cuba
CDT -05:00 America/Chicago !Cuba | CDT -04:00 America/Havana @Cuba | CT ~ America/Chicago
MST -07:00 America/Denver !Malaysia | MDT -06:00 America/Denver | MT ~ America/Denver
PST -08:00 America/Los_Angeles !Philippines | PDT -07:00 America/Los_Angeles | PT ~ America/Los_Angeles
AKST -09:00 America/Anchorage | AKDT -08:00 America/Anchorage | HST -10:00 Pacific/Honolulu
AST -04:00 America/Halifax @America | AST +03:00 Asia/Riyadh @Arabia | ADT -03:00 America/Halifax @America
NST -03:30 America/St_Johns | NDT -02:30 America/St_Johns
BRT -03:00 America/Sao_Paulo | ART -03:00 America/Argentina/Buenos_Aires | CLT -04:00 America/Santiago
CLST -03:00 America/Santiago | COT -05:00 America/Bogota | PET -05:00 America/Lima
WET +00:00 Atlantic/Canary | WEST +01:00 Atlantic/Canary | CET +01:00 Europe/Paris | CEST +02:00 Europe/Paris
EET +02:00 Europe/Bucharest | EEST +03:00 Europe/Bucharest | MSK +03:00 Europe/Moscow | TRT +03:00 Europe/Istanbul
BST +01:00 Europe/London @Europe | BST +06:00 Asia/Dhaka @Bangladesh
IST +05:30 Asia/Kolkata @India | IST +02:00 Asia/Jerusalem @Israel | IST +01:00 Europe/Dublin @Ireland
IDT +03:00 Asia/Jerusalem | SAST +02:00 Africa/Johannesburg | CAT +02:00 Africa/Maputo | EAT +03:00 Africa/Nairobi
WAT +01:00 Africa/Lagos | GST +04:00 Asia/Dubai @Gulf | PKT +05:00 Asia/Karachi | NPT +05:45 Asia/Kathmandu
AMT -04:00 America/Manaus @Brazil | AMT +04:00 Asia/Yerevan @Armenia
ICT +07:00 Asia/Bangkok | WIB +07:00 Asia/Jakarta | WITA +08:00 Asia/Makassar | WIT +09:00 Asia/Jayapura
SGT +08:00 Asia/Singapore | HKT +08:00 Asia/Hong_Kong | MYT +08:00 Asia/Kuala_Lumpur | PHT +08:00 Asia/Manila
JST +09:00 Asia/Tokyo | KST +09:00 Asia/Seoul
AWST +08:00 Australia/Perth | ACST +09:30 Australia/Adelaide | ACDT +10:30 Australia/Adelaide
AEST +10:00 Australia/Sydney | AEDT +11:00 Australia/Sydney | AET ~ Australia/Sydney
NZST +12:00 Pacific/Auckland | NZDT +13:00 Pacific/Auckland | NZT ~ Pacific/Auckland
Eastern ~ America/New_York | Central ~ America/Chicago | Mountain ~ America/Denver | Pacific ~ America/Los_Angeles
`
/** Used for zones far apart, with no region in which one of them is the rule. */
const NOBODYS = ['WST', 'ECT', 'SST', 'ACT', 'LHST']

/** Also read in lower case, because they are not ordinary words. */
const ANY_CASE = new Set(
  'utc gmt zulu est edt cst cdt mst mdt pst pdt akst akdt cet cest eet eest bst ist jst kst msk hkt aest aedt nzst nzdt'.split(
    ' ',
  ),
)

const MEANINGS: ReadonlyMap<string, readonly ZoneMeaning[]> = readRows()

function readRows(): Map<string, ZoneMeaning[]> {
  const meanings = new Map<string, ZoneMeaning[]>(NOBODYS.map((name) => [name, []]))
  for (const row of ROWS.split(/[|\n]/)) {
    const [name, offset = '', timeZone, whose = ''] = row.trim().split(' ')
    if (name === undefined || timeZone === undefined) continue
    const home = whose.startsWith('@') ? (HOMES[whose.slice(1)] ?? null) : null
    const others = whose.startsWith('!') ? HOMES[whose.slice(1)] : undefined
    const offsetMinutes = offset === '~' ? null : parseOffset(offset)
    const meaning = { timeZone, offsetMinutes, home: others ? notIn(others) : home }
    meanings.set(name, [...(meanings.get(name) ?? []), meaning])
  }
  return meanings
}

function notIn({ source }: RegExp): RegExp {
  return new RegExp(`^(?!(?:${source}))`)
}

/** Minutes east of UTC of `+05:30`, `-0800`, `+2`; undefined above 14 hours, which no place has. */
export function parseOffset(text: string): number | null {
  const [, sign, hours = '', minutes = '0'] = /^([+-])(\d{1,2})(?::?([0-5]\d))?$/.exec(text) ?? []
  const total = Number(hours) * 60 + Number(minutes)
  if (sign === undefined || total > 14 * 60) return null
  return sign === '-' ? -total : total
}

/** The possible meanings of an abbreviation, each for some people; undefined if it is not an abbreviation of a zone. */
export function zoneMeanings(word: string): readonly ZoneMeaning[] | undefined {
  return MEANINGS.get(word) ?? (ANY_CASE.has(word) ? MEANINGS.get(word.toUpperCase()) : undefined)
}

/** Whether its capitals make a word a time zone: `EAT` is one, and `eat` is a verb. */
export function isCasedZone(word: string): boolean {
  return MEANINGS.has(word)
}

/**
 * The IANA name in its own case; undefined if there is no such name. Names without a slash are left to other readers.
 */
export function zoneNamed(word: string): string | undefined {
  if (!/^[a-z][a-z0-9_+-]*(\/[a-z0-9_+-]+){1,2}$/i.test(word)) return undefined
  if (asked.size >= MAX_ASKED) asked.clear()
  if (!asked.has(word)) asked.set(word, isTimeZone(word) ? inItsCase(word) : undefined)
  return asked.get(word)
}

/** Answers of `zoneNamed`: checking whether a zone exists takes longer than all other reading of a word. */
const asked = new Map<string, string | undefined>()
const MAX_ASKED = 1000

function inItsCase(name: string): string | undefined {
  try {
    return Temporal.ZonedDateTime.from(`2000-01-01T00:00[${name}]`).timeZoneId
  } catch {
    return undefined
  }
}

let places: ReadonlyMap<string, string> | undefined

/** The zone that is named after a city, in lower case ("new york"); undefined if there is none. */
export function zoneOfPlace(place: string): string | undefined {
  places ??= new Map(
    Intl.supportedValuesOf('timeZone').map((name) => [
      (name.split('/').at(-1) ?? '').replaceAll('_', ' ').toLowerCase(),
      name,
    ]),
  )
  return places.get(place)
}

let longNames: ReadonlyMap<string, ZoneMeaning> | undefined

/**
 * The meaning of CLDR's English name of a zone, in lower case ("central european summer time"); undefined for any other
 * text.
 */
export function zoneOfLongName(name: string): ZoneMeaning | undefined {
  longNames ??= readLongNames()
  return longNames.get(name)
}

/** Winter and summer of a year: every name in use is in force in one of them. */
const SEASONS = [new Date('2026-01-01T12:00Z'), new Date('2026-07-01T12:00Z')] as const

function readLongNames(): Map<string, ZoneMeaning> {
  const names = new Map<string, ZoneMeaning>()
  // Naming every zone would take a third of a second.
  const known = new Set([...MEANINGS.values()].flat().map(({ timeZone }) => timeZone))
  for (const timeZone of known) {
    for (const season of SEASONS) {
      const offset = parseOffset(nameOf(timeZone, 'longOffset', season).replace('GMT', ''))
      for (const style of ['long', 'longGeneric'] as const) {
        const name = nameOf(timeZone, style, season).toLowerCase()
        const generic = name.replace(/ (standard|summer|daylight) time$/, ' time')
        const isGeneric = style === 'longGeneric' && generic === name
        const meaning = { timeZone, offsetMinutes: isGeneric ? null : (offset ?? 0), home: null }
        names.set(name, names.get(name) ?? meaning)
        // People say "Korean time" for "Korean Standard Time".
        names.set(generic, names.get(generic) ?? { ...meaning, offsetMinutes: null })
      }
    }
  }
  return names
}

function nameOf(timeZone: string, timeZoneName: 'long' | 'longGeneric' | 'longOffset', at: Date): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName }).formatToParts(at)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}
