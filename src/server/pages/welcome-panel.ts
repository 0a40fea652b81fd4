/** The picture on the welcome page: a patch panel whose cords lead from every door to the one list and on to the areas. */
import { raw } from 'hono/html'
import { type Html, html } from './html.ts'

/** Wide enough for the longest name of an area and its number. */
const WIDTH = 600
const HEIGHT_MIN = 300
/** The least height between two areas, at which their names can be read and their jacks do not touch. */
const ROW_HEIGHT = 24
const LIST = { left: 226, width: 108, top: 34 }
const LIST_RIGHT = LIST.left + LIST.width
const LIST_MIDDLE = LIST.left + LIST.width / 2
const LEFT_JACK_X = 128
const RIGHT_JACK_X = 432
/** How near the middle the jacks on the list stand, as a share of those beside it: all within its edges. */
const DRAWN_TOGETHER = 0.8
const CORD_COLOURS = ['var(--copper)', 'var(--read)', 'var(--change)']

interface Areas {
  readonly name: string
  readonly count: number
}

/** `doors` are drawn on the left; `areas`, with the number of their operations, on the right. */
export function patchPanel(doors: readonly string[], areas: readonly Areas[]): Html {
  const height = Math.max(HEIGHT_MIN, ROW_HEIGHT * (areas.length + 1))
  const slot = slotIn(height)
  const left = spread(doors.length, height).map((y, index) => ({
    y,
    colour: colourOf(index),
    text: doors[index] ?? '',
  }))
  const right = spread(areas.length, height).map((y, index) => ({
    y,
    colour: colourOf(index),
    ...areas[index],
  }))
  const total = areas.reduce((sum, { count }) => sum + count, 0)
  return html`<svg class="panel" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${doors.join(', ')} lead to one list of ${total} operations: ${areas.map(({ name }) => name).join(', ')}">
${left.map(({ y, colour }) => cord({ x: LEFT_JACK_X, y }, { x: LIST.left, y: slot(y) }, colour))}
${right.map(({ y }) => cord({ x: LIST_RIGHT, y: slot(y) }, { x: RIGHT_JACK_X, y }, 'var(--faint)'))}
<rect class="list" x="${LIST.left}" y="${LIST.top}" width="${LIST.width}" height="${height - 2 * LIST.top}" rx="14"/>
<text class="count" x="${LIST_MIDDLE}" y="${height / 2 + 4}" text-anchor="middle">${total}</text>
<text class="unit" x="${LIST_MIDDLE}" y="${height / 2 + 26}" text-anchor="middle">operations</text>
${left.map(({ y, colour }) => jack(LIST.left, slot(y), colour))}
${right.map(({ y }) => jack(LIST_RIGHT, slot(y), 'var(--faint)'))}
${left.map(({ y, colour, text }) => html`${jack(LEFT_JACK_X, y, colour)}<text x="${LEFT_JACK_X - 20}" y="${y + 5}" text-anchor="end">${text}</text>`)}
${right.map(({ y, name, count }) => html`${jack(RIGHT_JACK_X, y, 'var(--faint)')}<text x="${RIGHT_JACK_X + 20}" y="${y + 5}">${name} <tspan class="unit">${count}</tspan></text>`)}
</svg>`
}

function colourOf(index: number): string {
  return CORD_COLOURS[index % CORD_COLOURS.length] ?? 'var(--copper)'
}

/** Heights at which `count` jacks stand, evenly. */
function spread(count: number, height: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.round((height * (index + 1)) / (count + 1)))
}

/** The height on the list for a jack at `y` beside it: drawn together, since cords gather there. */
function slotIn(height: number): (y: number) => number {
  return (y) => Math.round(height / 2 + (y - height / 2) * DRAWN_TOGETHER)
}

interface Point {
  readonly x: number
  readonly y: number
}

/** A cord hangs a little between its ends. */
function cord(from: Point, to: Point, colour: string): Html {
  const reach = (to.x - from.x) / 2
  const sag = 18
  return raw(
    `<path class="cord" stroke="${colour}" d="M${from.x} ${from.y}C${from.x + reach} ${from.y + sag} ${to.x - reach} ${to.y + sag} ${to.x} ${to.y}"/>`,
  )
}

function jack(x: number, y: number, colour: string): Html {
  return raw(
    `<circle class="jack" cx="${x}" cy="${y}" r="8" stroke="${colour}"/><circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`,
  )
}
