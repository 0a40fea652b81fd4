/** The vocabulary that capture, due dates and repeats share: weekdays, months, numbers, verbs, function words. */

/** Weekday names to 1 (Monday) to 7 (Sunday). */
const WEEKDAYS: ReadonlyMap<string, number> = new Map(
  [
    ['monday', 'mon'],
    ['tuesday', 'tue', 'tues'],
    ['wednesday', 'wed', 'weds'],
    ['thursday', 'thu', 'thur', 'thurs'],
    ['friday', 'fri'],
    ['saturday', 'sat'],
    ['sunday', 'sun'],
  ].flatMap((names, index) => names.map((name): [string, number] => [name, index + 1])),
)

const MONTH_NAMES = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

const NUMBER_WORDS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]

/** Monday is 1, Sunday is 7. */
export function weekdayNumber(word: string | undefined): number | undefined {
  return word === undefined ? undefined : WEEKDAYS.get(word)
}

/** January is 1; three letters, "sept" and whole names are understood. */
export function monthNumber(word: string | undefined): number | undefined {
  if (word === undefined || word.length < 3) return undefined
  const index = MONTH_NAMES.findIndex(
    (name) => name === word || name.slice(0, 3) === word || (word === 'sept' && name === 'september'),
  )
  return index < 0 ? undefined : index + 1
}

/** "January" for 1; empty for what is no month. */
export function monthName(month: number): string {
  const name = MONTH_NAMES[month - 1] ?? ''
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/** "a", "an", "one" to "twelve", or digits (up to four). */
export function smallNumber(word: string | undefined): number | undefined {
  if (word === undefined) return undefined
  if (/^\d{1,4}$/.test(word)) return Number(word)
  if (word === 'a' || word === 'an') return 1
  const index = NUMBER_WORDS.indexOf(word)
  return index < 1 ? undefined : index
}

const wordSet = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/))

/** Verbs that start a task. Kept to words that seldom name a thing or a person after a comma. */
export const ACTION_VERBS = wordSet(`
  add apply arrange ask assemble attend backup bake book bring build buy call cancel change check choose clean
  close collect compare complete confirm contact cook create debug decide decorate define delegate delete deliver
  deploy describe design develop discuss do donate download draft edit email e-mail empty exercise explore fill
  find finish fix follow forward gather get give go hang help hire implement improve install investigate invite
  invoice learn listen look make measure meet merge message migrate move notify open order organise organize pack
  paint pay phone pick ping plan post practise practice prepare print process publish purchase put read
  rebook record refactor register remind remove renew rent repair repeat replace reply report request
  research reschedule reserve resolve respond return review revise rewrite run schedule sell send set ship shop
  sign solve sort start stop study submit summarise summarize take talk tell test text thank throw
  tidy transfer translate try unsubscribe update upgrade upload verify visit walk wash watch write
`)

/** Words that may not end a title: taking the token after one would leave a sentence hanging. */
export const DANGLING = wordSet(`
  to from by of with at and or but the a an than as is are was were be been between until till since about
  per every each within into via vs my our your their its & + for
`)

/** Verbs whose object a date may be: "Plan tomorrow" is about tomorrow. */
export const PLANNING_VERBS = wordSet(
  'plan prepare review recap organise organize schedule outline summarise summarize',
)
