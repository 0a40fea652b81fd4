/** Any code point of Unicode, for `fc.string({ unit })`. fast-check's own unit `binary` takes a second to set up. */
import fc from 'fast-check'

/** Code points without the halves of surrogate pairs, which lie from U+D800 on. */
const COUNT = 0x10ffff + 1 - 0x800

export const codePoint = fc
  .nat(COUNT - 1)
  .map((number) => String.fromCodePoint(number < 0xd800 ? number : number + 0x800))
