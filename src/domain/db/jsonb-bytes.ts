/** How long PostgreSQL writes a value of JSON. */

/** A string, which is passed over, or what PostgreSQL writes at another length than JavaScript. */
const PART = /"(?:[^"\\]+|\\.)*"|[:,]|-?\d(?:\.\d+)?e[+-]\d+/g
const POWER = /^(-?)\d(?:\.(\d+))?e([+-]\d+)$/

/** Bytes of the value as `octet_length(value::jsonb::text)` counts them; 0 for null, which is stored as no value. */
export function jsonbBytes(value: unknown): number {
  if (value === null || value === undefined) return 0
  const text = JSON.stringify(value)
  let bytes = Buffer.byteLength(text)
  for (const [part] of text.matchAll(PART)) bytes += lengthened(part)
  return bytes
}

/** By how much a part is longer: a space follows each comma and colon, and numbers have no powers of ten. */
function lengthened(part: string): number {
  if (part === ':' || part === ',') return 1
  const [, sign, decimals = '', power] = POWER.exec(part) ?? []
  if (sign === undefined) return 0
  const exponent = Number(power)
  const chars = exponent < 0 ? '0.'.length + decimals.length - exponent : 1 + exponent
  return sign.length + chars - part.length
}
