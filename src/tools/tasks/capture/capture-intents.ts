/**
 * What people type to have tasks captured, and to change what is shown of them before they are created; and the shortcuts to
 * it from messages of a chat program.
 */
import {
  defineIntent,
  type Intent,
  type Offer,
  type Question,
  type Said,
} from '../../../core/intent/intent.ts'
import { defineShortcut, type Shortcut } from '../../../core/intent/shortcut.ts'
import { exampleId } from '../../../core/operation/ids.ts'
import { isId } from '../../../core/operation/kind.ts'
import { cutText } from '../../../core/text/cut.ts'
import { isTextual } from '../../../domain/runs/artifacts/artifact-piece.ts'
import { ArtifactId } from '../../../domain/runs/artifacts/artifacts.ts'
import { MAX_CAPTURE_LENGTH } from '../../../domain/tasks/capture/capture.ts'
import type { Captured } from '../../../domain/tasks/capture/capture-tasks.ts'
import { ACTION_VERBS } from '../../../domain/tasks/capture/words.ts'
import { CORRECTING } from '../../../domain/tasks/talk/correcting.ts'
import {
  namesSomething,
  saysTask,
  startsLikeTask,
  wordsOfTasks,
} from '../../../domain/tasks/talk/looks-like-task.ts'
import { isLength, isSaidLength, isWhen, minutesIn } from '../../../domain/tasks/talk/slots.ts'
import { personNoun } from '../../people/intents.ts'
import { projectNoun } from '../../projects/intents.ts'
import { captureFile } from './capture-file.ts'
import { captureTasks } from './capture-tasks.ts'

type Estimates = readonly (number | null)[]

/** What later intents know of a preview: which tasks have no estimate, and how many there are. */
interface Kept {
  readonly asks: readonly number[]
  readonly count: number
}

/** The most characters of a title in a question. */
const TITLE_SHOWN_CHARS = 80
/** Bytes of a file that may be short enough, depending on its characters. */
const FILE_MAX_BYTES = 2 * MAX_CAPTURE_LENGTH
/** The most characters of a file's name on a button. */
const FILE_SHOWN_CHARS = 40

/** Words that are typing errors of no command: "dont" is not "done", "later" is not "late". */
const NO_TYPOS = [
  'dont',
  "don't",
  'later',
  'last',
  'lost',
  'snow',
  'stage',
  'state',
  'stock',
  'park',
  'note',
  'notes',
]

const CHIPS: Question['answers'] = [2, 10, 30].map((minutes) => ({
  label: `${minutes} min`,
  say: String(minutes),
}))

const shared = {
  operation: captureTasks,
  preview: {
    shows: (input) => ({ ...input, preview: true }),
    does: (input, { asOf }) => ({ ...input, preview: false, asOf }),
    isClear: ({ tasks }) => tasks.length === 1 && tasks.every(isClear),
    keep: ({ tasks }): Kept => ({
      asks: tasks.flatMap(({ ask }, index) => (ask === null ? [] : [index])),
      count: tasks.length,
    }),
  },
  about: ({ tasks }) => {
    const made = [...tasks]
      .reverse()
      .flatMap(({ ref, title, ask }) => (ref ? [{ ref, name: title, ask }] : []))
    const asked = made.filter(({ ask }) => ask !== null)
    return [...asked, ...made.filter(({ ask }) => ask === null)].map(({ ref, name }) => ({ ref, name }))
  },
  asks: ({ tasks, preview }) => {
    const asked = tasks.filter(({ ask }) => ask !== null)
    const task = preview ? asked[0] : asked.at(-1)
    return task === undefined
      ? undefined
      : {
          text: `How long does "${cutText(task.title, TITLE_SHOWN_CHARS, '…')}" take? 2, 10 or 30 minutes, or another length such as 1h.`,
          answers: task.ref === null ? CHIPS : CHIPS.map(chipFor(task.ref)),
        }
  },
} satisfies Partial<Intent<typeof captureTasks.input, typeof captureTasks.output>>

/** A button stays where it was shown, so it names its task: another one may be the last by then. */
function chipFor(ref: string) {
  return ({ label, say }: Offer): Offer => ({ label, say: `set ${ref} to ${say}` })
}

function isClear({ ask, unread }: Captured): boolean {
  return ask === null && unread === null
}

/** The input of the preview with another estimate for one of its tasks. */
function estimated({ preview, words: { length = '' } }: Said, indexOf: (kept: Kept) => number) {
  const before = (preview?.input ?? {}) as { text: string; minutes?: Estimates }
  const kept = preview?.kept as Kept
  const index = indexOf(kept)
  const minutes = Array.from({ length: kept.count }, (_, each) =>
    each === index ? (minutesIn(length) ?? null) : (before.minutes?.[each] ?? null),
  )
  return { ...before, minutes }
}

export const captureIntents = [
  defineIntent({
    ...shared,
    name: 'estimate-shown',
    order: 200,
    says: ['<length>', '(it takes|takes|about) <length>'],
    slots: { length: isLength },
    when: { preview: captureTasks },
    example: '30',
    does: 'Say how long a task takes that is shown',
    input: (said) => estimated(said, ({ asks, count }) => asks[0] ?? count - 1),
  }),
  defineIntent({
    ...shared,
    name: 'retime-shown',
    order: 220,
    says: [
      '(make|change|update|set) (that|it|the last one) [to] <length>',
      `${CORRECTING} [make (it|that)] <said>`,
    ],
    slots: { length: isLength, said: isSaidLength },
    when: { preview: captureTasks },
    example: 'make that 45 min',
    input: ({ words, ...said }) =>
      estimated({ ...said, words: { length: words.length ?? words.said ?? '' } }, ({ count }) => count - 1),
  }),
  defineIntent({
    ...shared,
    name: 'redate-shown',
    order: 222,
    says: [
      '(make|move|change|set) (that|it|the last one) [to|on|for] <when>',
      `${CORRECTING} [make (it|that)] [on|at|for|to] <when> [instead]`,
      '[on|at|for] <when> (instead|rather)',
    ],
    slots: { when: isWhen },
    when: { preview: captureTasks },
    example: 'no, friday',
    does: 'Change the day of a task that is shown',
    input({ preview, words: { when = '' } }) {
      const before = (preview?.input ?? {}) as { text: string; due?: (string | null)[] }
      const kept = preview?.kept as Kept
      const { count } = kept
      const due = Array.from({ length: count }, (_, each) =>
        each === count - 1 ? when : (before.due?.[each] ?? null),
      )
      return { ...before, due }
    },
  }),
  defineIntent({
    ...shared,
    name: 'break-down-shown',
    order: 240,
    says: ['(breakdown|break down|split) [it|that|them|this]', '(break|split) (it|that|them|this) (down|up)'],
    when: { preview: captureTasks },
    example: 'breakdown',
    does: 'Plan what is shown in 3 to 6 subtasks',
    offeredAs: 'Break down',
    input: ({ preview }) => ({ ...(preview?.input as { text: string }), breakDown: true }),
  }),
  defineIntent({
    name: 'capture-file',
    order: 502,
    says: ['[make|create|add|capture] [the] tasks (from|of|in|out of) <file>'],
    slots: { file: (text) => isId(ArtifactId, text) },
    example: `tasks from ${exampleId('artifact')}`,
    operation: captureFile,
    preview: {
      shows: (input) => ({ ...input, preview: true }),
      does: (input, { asOf }) => ({ ...input, preview: false, asOf }),
      // Somebody else may have written the file, so it is always shown first.
      isClear: () => false,
    },
    about: shared.about,
    offeredForFile: ({ id, name, mediaType, sizeBytes }) =>
      isTextual(mediaType) && sizeBytes <= FILE_MAX_BYTES
        ? { label: `Make tasks of ${cutText(name, FILE_SHOWN_CHARS, '…')}`, say: `tasks from ${id}` }
        : undefined,
    input: ({ words: { file = '' } }) => ({ artifactId: file }),
  }),
  defineIntent({
    ...shared,
    name: 'add-task',
    order: 506,
    says: ['(add|new|create) [a|new] (task|todo|to-do) [to] <text>'],
    example: 'add task: call the bank tomorrow 15m p1',
    does: 'Create a task, whatever its words are',
    offeredInstead: (message) => ({ label: 'Add it as a task', say: `add task: ${message}` }),
    asksInstead: (message) => (namesSomething(message) ? `Add "${message}" as a task?` : undefined),
    input: ({ words: { text = '' } }) => ({ text }),
  }),
  defineIntent({
    ...shared,
    name: 'add-to-project',
    order: 907,
    says: [
      '(add|put) [a] [task] <text> (to|in|into|under) [the|my] [project] <project> [project]',
      '(add|new) [a] [task] (to|in|for) [the|my] [project] <project> [project] <text>',
    ],
    slots: { project: projectNoun },
    mayBeNew: 'unless-found',
    example: 'add to launch: write the FAQ',
    does: 'Create a task in a project',
    input: ({ words: { text = '' }, refs: [project = ''] }) => ({ text: `${text} #${project}` }),
  }),
  defineIntent({
    ...shared,
    name: 'give-new-task',
    order: 504,
    says: [
      '(tell|ask|get|remind|want|need) <person> to <text>',
      '(have|let) <person> <text>',
      '<person> (should|must|needs to|has to) <text>',
      '(add|new|create) [a|new] (task|todo|to-do) for <person> [to] <text>',
    ],
    slots: { person: personNoun },
    preview: { ...shared.preview, isClear: () => false },
    mayBeNew: 'unless-found',
    example: 'tell bob to do the report',
    does: 'Offer to create a task that is given to a person',
    input: ({ words: { text = '' }, refs: [assignee = ''] }) => ({ text, assignee }),
  }),
  defineIntent({
    ...shared,
    name: 'capture',
    order: 990,
    says: (message) => (saysTask(message) ? { text: wordsOfTasks(message) } : undefined),
    vocabulary: new Set([...ACTION_VERBS, ...NO_TYPOS]),
    example: 'call the bank tomorrow 15m p1, and draft the launch post friday 2h @deep',
    does: 'Create tasks: days, lengths, priorities, @labels and #projects are read from the words',
    isFirst: true,
    input: ({ words: { text = '' } }) => ({ text }),
  }),
  defineIntent({
    ...shared,
    name: 'capture-guess',
    order: 995,
    says: (message) => (startsLikeTask(message) ? { text: wordsOfTasks(message) } : undefined),
    when: { assistant: false },
    vocabulary: ACTION_VERBS,
    example: 'paint the fence',
    input: ({ words: { text = '' } }) => ({ text }),
  }),
]

const inputOf = (text: string) => ({ text: cutText(text, MAX_CAPTURE_LENGTH) })

const call: Shortcut['call'] = (text) => ({
  operation: captureTasks.name,
  input: inputOf(text),
  ask: { text: 'call Ana tomorrow 15m p1 @calls' },
})

export const captureShortcuts = [
  defineShortcut({
    ...{ name: 'make_task', title: 'Make a task', on: 'message', call },
    description: 'Tasks from the words of a message',
    shows: (text) => ({ operation: captureTasks.name, input: { ...inputOf(text), preview: true } }),
  }),
  defineShortcut({
    ...{ name: 'add_task', title: 'Add a task', on: 'anywhere', call },
    description: 'Tasks in your own words',
  }),
]
