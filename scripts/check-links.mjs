/** Checks that the targets of the documentation exist: files that it links to or names, and headings. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const PAGES = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('docs', { recursive: true })
    .map((name) => join('docs', String(name)))
    .filter((name) => name.endsWith('.md')),
]

const LINK = /\]\(([^)\s]+)\)/g

/** A path of this project in code marks, such as `src/core/operation/ids.ts`; patterns (`*`, `<area>`) are for people. */
const NAMED = /`((?:src|test|scripts|docs|bin|drizzle|bench|\.ci)\/[\w./-]+)`/g

function brokenLinks(page) {
  const text = readFileSync(page, 'utf8')
  const links = [...text.matchAll(LINK)].map((match) => match[1]).filter((link) => !/^[a-z]+:/.test(link))
  const named = [...text.matchAll(NAMED)].map((match) => match[1])
  return [...links.filter((link) => !isThere(page, link)), ...named.filter((path) => !existsSync(path))].map(
    (target) => `${page}: ${target} does not exist`,
  )
}

function isThere(page, link) {
  const [path, anchor] = link.split('#')
  const target = path === '' ? page : join(dirname(page), path)
  if (!existsSync(target)) return false
  return anchor === undefined || headings(target).includes(anchor)
}

/** Headings as their anchors are written: lower case, no punctuation, dashes for spaces. */
function headings(page) {
  const lines = readFileSync(page, 'utf8').split('\n')
  return lines
    .filter((line) => /^#+ /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    )
}

const broken = PAGES.flatMap(brokenLinks)
for (const line of broken) console.log(line)
process.exitCode = broken.length === 0 ? 0 : 1
