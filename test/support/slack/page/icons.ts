/** The page's own signs, drawn rather than taken from a font, so that they look alike everywhere. */
import { raw } from 'hono/html'
import type { Html } from './markup.ts'

/** Lines on a field of 16 by 16. */
const PATHS = {
  attach: 'M8 3v10M3 8h10',
  close: 'M4 4l8 8M12 4l-8 8',
  edit: 'M3 13l.7-2.8L10.5 3.4l2.1 2.1-6.8 6.8z',
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 10a2 2 0 100-4 2 2 0 000 4z',
  file: 'M4 1.8h5l3.2 3.2v9.2H4zM9 1.8V5h3.2M6 8.3h4M6 10.8h4',
  group:
    'M6 7.5a2.3 2.3 0 100-4.6 2.3 2.3 0 000 4.6zM1.8 13c.3-2.3 2-3.5 4.2-3.5s3.9 1.2 4.2 3.500M10.5 3.200a2.2 2.2 0 010 4.200M12 9.700c1.3.5 2.1 1.6 2.3 3.3',
  hash: 'M6.3 2.500l-1.3 11M11 2.500l-1.3 11M2.8 6h10.700M2.3 10h10.7',
  home: 'M2.5 7.200L8 2.500l5.5 4.700v6.300h-3.800V9.800H6.300v3.700H2.500z',
  image: 'M2.5 3h11v10h-11zM2.5 11l3.2-3.2 2.5 2.5 2-1.9 3.3 3.200M10.5 6.300h.01',
  lock: 'M3.8 7.300h8.400v6.200H3.800zM5.6 7.300V5a2.4 2.4 0 014.8 0v2.3',
  menu: 'M2.5 4.500h11M2.5 8h11M2.5 11.500h11',
  react:
    'M8 14A6 6 0 108 2a6 6 0 000 12zM5.7 9.500s.8 1.3 2.3 1.3 2.3-1.3 2.3-1.300M6.2 6.500h.01M9.8 6.500h.01',
  reply: 'M2.5 3h11v7.500H7.200L4.5 13v-2.500h-2z',
  send: 'M2.5 13.500L14 8 2.5 2.5 4 7.3 9 8l-5 .7z',
  trash: 'M3 4.500h10M6.2 4.500V2.800h3.600v1.700M4.3 4.500l.6 9h6.200l.6-9',
} as const

export function icon(name: keyof typeof PATHS): Html {
  return raw(`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`)
}
