/** Makes any text the name of a file: without a path, without signs that hide what it is, and as long as file systems take. */
import { cutText } from '../../../core/text/cut.ts'
import { isFileName, NAME_MAX_CHARS } from './artifacts.ts'

/** Bytes of a name that file systems take. */
const NAME_MAX_BYTES = 255
/** Characters of an ending that are kept when a name is cut. */
const ENDING_MAX_CHARS = 12
/** What a file is called of whose name nothing is left. */
const NAMELESS = 'file'

/**
 * Control characters and half characters; invisible signs, such as those that turn the direction of writing and make
 * `exe.txt` of `txt.exe`. The two joiners are part of letters and of emoji.
 */
const HIDING = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu

export function cleanFileName(given: string): string {
  const plain = given
    .normalize('NFC')
    .replaceAll(/[/\\]/g, '_')
    .replaceAll(HIDING, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
  const name = fitting(plain)
  return isFileName(name) && name !== '' ? name : NAMELESS
}

/** The beginning of the name and its ending. */
function fitting(name: string): string {
  if (fits(name)) return name
  const dot = name.lastIndexOf('.')
  const ending = dot > 0 && name.length - dot <= ENDING_MAX_CHARS ? name.slice(dot) : ''
  const stem = name.slice(0, name.length - ending.length)
  let units = Math.min(stem.length, NAME_MAX_CHARS - ending.length)
  let cut = stem
  do {
    cut = cutText(stem, units).trimEnd()
    units -= 1
  } while (!fits(cut + ending) && units > 0)
  return cut + ending
}

function fits(name: string): boolean {
  return name.length <= NAME_MAX_CHARS && Buffer.byteLength(name) <= NAME_MAX_BYTES
}
