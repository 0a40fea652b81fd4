/** The order in which people write the numbers of a date, by where they live. */

/** `3/6` is March 6, or 3 June. */
export type DateOrder = 'month first' | 'day first'

/** Places where CLDR's short dates begin with the month: the United States and others (`M/d/yy`), and East Asia. */
const MONTH_FIRST =
  /^(US|Navajo)(\/|$)|^America\/(New_York|Detroit|Kentucky\/.+|Indiana\/.+|Louisville|Indianapolis|Chicago|Menominee|North_Dakota\/.+|Denver|Boise|Phoenix|Los_Angeles|Anchorage|Juneau|Sitka|Metlakatla|Yakutat|Nome|Adak|Puerto_Rico)$|^Pacific\/(Honolulu|Guam)$|^Asia\/(Manila|Tokyo|Seoul|Shanghai|Taipei)$/
/** Places where CLDR's short dates begin with the day (`dd/MM/y`, `d.M.yy`) in every local language. */
const DAY_FIRST =
  /^(Europe|Australia|Indian|Atlantic)\/(?!Budapest|Vilnius|Bermuda)|^Africa\/(?!Johannesburg|Maseru|Nairobi)|^GB$|^NZ$|^Eire$|^Pacific\/(Auckland|Fiji)$|^America\/(Argentina\/.+|Sao_Paulo|Santiago|Bogota|Lima|Mexico_City|Montevideo|Caracas|Buenos_Aires)$|^Asia\/(Kolkata|Calcutta|Karachi|Dhaka|Dubai|Riyadh|Jerusalem|Singapore|Kuala_Lumpur|Bangkok|Jakarta|Ho_Chi_Minh|Saigon|Colombo|Kathmandu|Hong_Kong)$/

/**
 * The usual order in the region of a time zone; undefined where both are usual, or where the zone has no region
 * (`UTC`).
 */
export function dateOrderOf(timeZone: string): DateOrder | undefined {
  if (MONTH_FIRST.test(timeZone)) return 'month first'
  return DAY_FIRST.test(timeZone) ? 'day first' : undefined
}
