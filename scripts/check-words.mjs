/**
 * Checks that prose reads as plain English: no stilted idiom in code, test titles and docs, and no commit subject that
 * is too long. Only idioms that are always wrong are listed, so that the check never stops good prose.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const SUBJECT_MAX_CHARS = 72

/** What to write instead of each idiom. Blanks also match the line break of a wrapped comment. */
const IDIOMS = [
  [/\banew\b/, 'again'],
  [
    /(?<!\b(?:there|has|have|had) )\b(?:is|are|was|were) none\b(?! of)/,
    'is not a valid ..., or does not exist',
  ],
  [/(?<!(?:where|if|when|as|because|since|while) )\bthere (?:is|was) none (?:that|of)\b/, 'no ...'],
  [/\b(?:can|cannot|could|to) be had\b/, 'is available, or unavailable'],
  [/\bwhat (?:became|becomes|has become|came|comes) of\b/, 'the outcome of'],
  [/\b(?:came|comes|come) of it\b/, 'resulted from it'],
  [/\bwho(?:m|se|so)?(?:so)?ever\b/, 'the caller, the reader, anyone who'],
  [/\bwho (?:is|was) none\b/, 'who is not'],
  [/\blest\b/, 'so that ... not'],
  [/\b(?:here|there|where)(?:of|in|to|upon|with|unto|from)\b/, 'of it, in it, in which'],
  [
    /\b(?:henceforth|hitherto|forthwith|thence|whence|notwithstanding)\b/,
    'from now on, so far, at once, despite',
  ],
  [/\b(?:whilst|amongst|albeit|amid|betwixt)\b/, 'while, among, although, between'],
  [/\bas it were\b/, 'nothing: leave it out'],
  [/\bsuch as it is\b/, 'nothing: leave it out'],
  [/\bthe like\b/, 'such as ..., or similar'],
  [/\b(?:is|are) said\b(?! (?:to|by)\b)/, 'is given, is stated'],
  [/\b(?:lie|lies|lay) (?:in|on|at|there|here|below|where)\b/, 'is in, is stored in'],
  [
    /\b(?:stand|stands|stood) (?:in(?! for)|on|at|there|here|below|above|behind|before|beside)\b/,
    'is in, comes before',
  ],
  [/\bin silence\b/, 'silently'],
  [/\btold so\b/, 'told that ...'],
  [/\ball else\b/, 'everything else'],
  [/\b(?:in|were) vain\b/, 'without effect'],
  [/\bgoes? without saying\b/, 'is implied'],
  [/\b(?:gives?|gave|given|giving) back\b/, 'returns'],
  [/\b(?:held|holds?) against\b/, 'checked against'],
  [/\bthe way to stop\b/, 'a function that stops it'],
  [/\b(?:no|any) second time\b/, 'not again'],
  [/\bwhat (?:else )?is to be\b/, 'what must be'],
  [/\bfor who\b/, 'for the person who'],
]

const IS_CODE = /\.(?:ts|tsx|mjs)$/
const TITLE = /\b(?:it|test|describe)(?:\.\w+)*(?:\([^'"`\n]*\))?\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs

/** A count beside a plural, which is wrong for 1: `${tasks.length} tasks`. Constants and limits (`maxChars`) are more than 1. */
const COUNT =
  /\$\{(?!max|[A-Z])(?![^{}]*[A-Z]_[A-Z])[^{}]*\} (?:more |open |stalled )?(?:tasks|subtasks|runs|events|posts|deliveries|attempts|notifications|projects|milestones|members|schedules|questions|items|fields|characters|tokens|connections|gateways|workspaces|migrations)\b/g

/** The file itself lists what it refuses. */
const OWN_PATH = join('scripts', 'check-words.mjs')

function filesBelow(folder, isWanted) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => isWanted.test(path) && path !== OWN_PATH)
}

/** Every break of a line, with the sign that begins the next line of a comment, as one blank of the same length. */
function joinLines(text) {
  return text.replace(/\n[ \t]*(?:\*(?!\/)|\/\/)?[ \t]*/g, (found) => `\n${' '.repeat(found.length - 1)}`)
}

/** Only the titles of a test file: its other texts are data. */
function onlyTitles(text) {
  const isKept = new Uint8Array(text.length)
  for (const match of text.matchAll(TITLE)) isKept.fill(1, match.index, match.index + match[0].length)
  return text.replace(/[^\n]/g, (sign, index) => (isKept[index] ? sign : ' '))
}

const PATTERNS = IDIOMS.map(([idiom, instead]) => ({
  pattern: new RegExp(idiom.source.replaceAll(' ', '\\s+'), 'gi'),
  instead,
}))

function faultsIn(path, text) {
  return PATTERNS.flatMap(({ pattern, instead }) =>
    [...text.matchAll(pattern)].map((match) => {
      const line = text.slice(0, match.index).split('\n').length
      return `${path}:${line}: "${match[0].replace(/\s+/g, ' ')}": write instead: ${instead}`
    }),
  )
}

function countsIn(path) {
  return [...readFileSync(path, 'utf8').matchAll(COUNT)].map(
    ([found]) => `${path}: "${found}": write counted(...) of src/core/text/counts.ts`,
  )
}

/** Subjects of the commits that are not on the main branch yet; none where this is no checkout, as in an image. */
function longSubjects() {
  if (!existsSync('.git')) return []
  const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim()
  const main = git('branch', '--all', '--format=%(refname:short)', '--list', 'main', '*/main').split('\n')[0]
  if (main === '') return []
  return git('log', '--format=%h %s', `${main}..HEAD`)
    .split('\n')
    .filter((line) => line.slice(line.indexOf(' ') + 1).length > SUBJECT_MAX_CHARS)
    .map((line) => `commit ${line}: the subject has more than ${SUBJECT_MAX_CHARS} characters`)
}

const code = ['src', 'scripts', 'bench'].flatMap((folder) => filesBelow(folder, IS_CODE))
const docs = [...readdirSync('.').filter((name) => name.endsWith('.md')), ...filesBelow('docs', /\.md$/)]
const faults = [
  ...[...code, ...docs].flatMap((path) => faultsIn(path, joinLines(readFileSync(path, 'utf8')))),
  ...filesBelow('test', IS_CODE).flatMap((path) => faultsIn(path, onlyTitles(readFileSync(path, 'utf8')))),
  ...filesBelow('src', IS_CODE).flatMap(countsIn),
  ...longSubjects(),
]
for (const fault of faults) console.log(fault)
process.exitCode = faults.length === 0 ? 0 : 1
