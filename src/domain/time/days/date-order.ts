/** In which order people write the numbers of a date, by where they live. */

/** `3/6` is March 6, or 3 June. */
export type DateOrder = 'month first' | 'day first'

/** The United States and their neighbours in the order, by CLDR's short dates (`M/d/yy`), with East Asia's month before day. */
const MONTH_FIRST =
  /^(US|Navajo)(\/|$)|^America\/(New_York|Detroit|Kentucky\/.+|Indiana\/.+|Louisville|Indianapolis|Chicago|Menominee|North_Dakota\/.+|Denver|Boise|Phoenix|Los_Angeles|Anchorage|Juneau|Sitka|Metlakatla|Yakutat|Nome|Adak|Puerto_Rico)$|^Pacific\/(Honolulu|Guam)$|^Asia\/(Manila|Tokyo|Seoul|Shanghai|Taipei)$/
/** Where CLDR's short dates begin with the day (`dd/MM/y`, `d.M.yy`), in every language of the place. */
const DAY_FIRST =
  /^(Europe|Australia|Indian|Atlantic)\/(?!Budapest|Vilnius|Bermuda)|^Africa\/(?!Johannesburg|Maseru|Nairobi)|^GB$|^NZ$|^Eire$|^Pacific\/(Auckland|Fiji)$|^America\/(Argentina\/.+|Sao_Paulo|Santiago|Bogota|Lima|Mexico_City|Montevideo|Caracas|Buenos_Aires)$|^Asia\/(Kolkata|Calcutta|Karachi|Dhaka|Dubai|Riyadh|Jerusalem|Singapore|Kuala_Lumpur|Bangkok|Jakarta|Ho_Chi_Minh|Saigon|Colombo|Kathmandu|Hong_Kong)$/

/** The order that is usual where a time zone lies; undefined where both are, or nobody knows where the person lives (`UTC`). */
export function dateOrderOf(timeZone: string): DateOrder | undefined {
  if (MONTH_FIRST.test(timeZone)) return 'month first'
  return DAY_FIRST.test(timeZone) ? 'day first' : undefined
}
