/** The page's own signs, drawn rather than taken from a font, so that they look alike everywhere. */
import { type html, raw } from 'hono/html'

/** A piece of HTML, as the helper of Hono makes it. */
export type Html = ReturnType<typeof html>

/** Lines on a field of 16 by 16. */
const PATHS = {
  bolt: 'M9 1.800L3.500 9H8l-1 5.200L12.500 7H8z',
  calendar: 'M2.500 3.800h11v9.700h-11zM2.500 6.800h11M5.500 2.300v2.500M10.500 2.300v2.500',
  check: 'M4.500 8.300l2.400 2.400 4.600-5',
  clock: 'M8 14A6 6 0 108 2a6 6 0 000 12zM8 4.800V8l2.300 1.500',
  close: 'M4 4l8 8M12 4l-8 8',
  comment: 'M2.500 3h11v7.500H7.200L4.500 13v-2.500h-2z',
  deadline:
    'M8 14.200s-5-4-5-7.700a5 5 0 0110 0c0 3.700-5 7.700-5 7.700zM8 8.200a1.700 1.700 0 100-3.400 1.700 1.700 0 000 3.400z',
  filter: 'M8 2s4.500 4.600 4.500 7.700a4.500 4.500 0 01-9 0C3.500 6.600 8 2 8 2z',
  hash: 'M6.3 2.500l-1.300 11M11 2.500l-1.300 11M2.800 6h10.700M2.300 10h10.700',
  inbox: 'M2.500 9.500L4.300 3h7.400l1.800 6.500v3.500h-11zM2.500 9.500h3.200l.8 1.700h3l.8-1.700h3.200',
  label: 'M2.500 2.500h5.300l5.700 5.700-5.300 5.300-5.700-5.700zM5.400 5.400h.01',
  menu: 'M2.500 4.500h11M2.500 8h11M2.500 11.500h11',
  people:
    'M6 7.500a2.300 2.300 0 100-4.600 2.300 2.300 0 000 4.600zM1.800 13c.3-2.300 2-3.500 4.200-3.500s3.900 1.200 4.200 3.500M10.500 3.200a2.200 2.200 0 010 4.200M12 9.700c1.300.5 2.100 1.600 2.300 3.300',
  plus: 'M8 3v10M3 8h10',
  repeat: 'M3 7.500a5 5 0 018.600-3L13 6M13 2.800V6H9.800M13 8.500a5 5 0 01-8.600 3L3 10M3 13.200V10h3.200',
  today: 'M2.500 3.800h11v9.700h-11zM2.500 6.800h11M5.500 2.300v2.500M10.500 2.300v2.500M8 9v2.600',
  trash: 'M3 4.500h10M6.200 4.500V2.800h3.600v1.700M4.300 4.500l.6 9h6.200l.6-9',
} as const

export function icon(name: keyof typeof PATHS): Html {
  return raw(`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`)
}

/** The colours that projects and labels may have, by their names on the wire. */
const COLORS: Record<string, string> = {
  berry_red: '#b8255f',
  red: '#cf473a',
  orange: '#c77100',
  yellow: '#b29104',
  olive_green: '#949c31',
  lime_green: '#65a33a',
  green: '#369307',
  mint_green: '#42a393',
  teal: '#148fad',
  sky_blue: '#319dc0',
  light_blue: '#6988a4',
  blue: '#4180ff',
  grape: '#692ec2',
  violet: '#ca3fee',
  lavender: '#a4698c',
  magenta: '#e05095',
  salmon: '#c9766f',
  charcoal: '#808080',
  grey: '#999999',
  taupe: '#8f7a69',
}

export function colorOf(name: string): string {
  return COLORS[name] ?? '#808080'
}
