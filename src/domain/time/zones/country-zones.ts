/** Time zones by the names of countries with one clock: "UK time", "India time". */

/**
 * Countries with more than one zone where nearly everyone lives in this one: CLDR's primaryZones (metaZones.xml). Other
 * countries with several clocks ("US time") have no zone here.
 */
const PRIMARY: Readonly<Record<string, string>> = {
  CL: 'America/Santiago',
  CN: 'Asia/Shanghai',
  DE: 'Europe/Berlin',
  EC: 'America/Guayaquil',
  ES: 'Europe/Madrid',
  MH: 'Pacific/Majuro',
  MY: 'Asia/Kuala_Lumpur',
  NZ: 'Pacific/Auckland',
  PT: 'Europe/Lisbon',
  UA: 'Europe/Kiev',
  UZ: 'Asia/Tashkent',
}

/**
 * The zone of a country by its English name in lower case; undefined if there is no such country, or if it has several
 * zones.
 */
export function zoneOfCountry(name: string): string | undefined {
  countries ??= namedCountries()
  const code = countries.get(name)
  // Georgia is also a state of the USA, in another zone.
  if (code === undefined || code === 'GE') return undefined
  const [zone, ...others] = zonesOf(code)
  return PRIMARY[code] ?? (others.length === 0 ? zone : undefined)
}

let countries: ReadonlyMap<string, string> | undefined

/** Codes of ISO 3166 by the long and the short name: "united kingdom" and "uk". */
function namedCountries(): Map<string, string> {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const names = (['long', 'short'] as const).map(
    (style) => new Intl.DisplayNames('en', { type: 'region', style, fallback: 'none' }),
  )
  const codes = letters.flatMap((first) => letters.map((second) => first + second))
  return new Map(
    codes.flatMap((code) =>
      names.flatMap((named): [string, string][] => {
        const name = named.of(code)
        return name === undefined ? [] : [[name.toLowerCase(), code]]
      }),
    ),
  )
}

interface HasTimeZones {
  readonly timeZones: readonly string[]
  getTimeZones(): readonly string[]
}

/** Engines before V8 13 have a property where later ones have a method. */
function zonesOf(code: string): readonly string[] {
  const locale: Intl.Locale & Partial<HasTimeZones> = new Intl.Locale(`und-${code}`)
  return locale.getTimeZones?.() ?? locale.timeZones ?? []
}
