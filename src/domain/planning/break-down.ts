/** Breaks a task down into three to six parts, by the kind of work that its first verb names. */
import { cutText } from '../../core/text/cut.ts'

/** The most characters of what a part is about. */
const ABOUT_MAX_CHARS = 200

interface Plan {
  readonly verbs: ReadonlySet<string>
  /** `$` stands for what the task is about. */
  readonly parts: readonly string[]
}

const PLANS: readonly Plan[] = [
  {
    verbs: new Set(['write', 'draft', 'prepare', 'create', 'make', 'design', 'revise', 'rewrite']),
    parts: ['Collect what is needed for $', 'Outline $', 'Draft $', 'Review $', 'Finalize $'],
  },
  {
    verbs: new Set(['research', 'investigate', 'explore', 'compare', 'choose', 'find', 'decide']),
    parts: [
      'Write down the questions about $',
      'Collect sources on $',
      'Compare what was found on $',
      'Sum up $',
    ],
  },
  {
    verbs: new Set([
      'build',
      'implement',
      'develop',
      'fix',
      'migrate',
      'refactor',
      'set',
      'install',
      'repair',
    ]),
    parts: ['Find out what $ needs', 'Plan the steps for $', 'Do the first step of $', 'Finish $', 'Test $'],
  },
  {
    verbs: new Set(['plan', 'organize', 'organise', 'arrange', 'schedule', 'book']),
    parts: [
      'Decide on the goal of $',
      'List the options for $',
      'Choose a date and people for $',
      'Confirm $',
    ],
  },
  {
    verbs: new Set(['clean', 'tidy', 'sort', 'move', 'pack']),
    parts: [
      'Clear room for $',
      'Do the first half of $',
      'Do the rest of $',
      'Put everything of $ in its place',
    ],
  },
]

const ANY: readonly string[] = ['Research $', 'Draft $', 'Review $', 'Finalize $']

/** The titles of the parts, in the order in which they are done. */
export function partsOf(title: string): string[] {
  const [verb = '', ...rest] = title.trim().split(/\s+/)
  const plan = PLANS.find(({ verbs }) => verbs.has(verb.toLowerCase()))
  const about = plan !== undefined && rest.length > 0 ? rest.join(' ') : `"${title.trim()}"`
  const shown = cutText(about, ABOUT_MAX_CHARS, '…')
  return (plan?.parts ?? ANY).map((part) => part.replace('$', () => shown))
}
