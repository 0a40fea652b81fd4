/** The intents of the conversation itself, which belong to no area: greetings, answers to what waits, help. */
import { answerFirst, choose, discardFirst, resumeFirst } from './answer-waiting.ts'
import { RESUME } from './ask.ts'
import { NEW_CHAT, PREVIEW_MODES } from './chat-state.ts'
import { helpOnQuestion, helpReply } from './help.ts'
import type { Reply } from './reply.ts'
import type { Done, Talk, Turning } from './turning.ts'
import { undoLast } from './undo.ts'

const HELP = { label: 'Help', say: 'help' }

const isNumber = (text: string) => /^#?\d{1,2}$/.test(text)
const isOneOf = (words: readonly string[]) => (text: string) => words.includes(text.toLowerCase())

export const TALK: readonly Talk[] = [
  {
    name: 'choose',
    isAnswer: true,
    order: 10,
    says: ['[number|the] <which> [one]'],
    slots: {
      which: (text) => isNumber(text) || ORDINALS.has(text.toLowerCase()) || /^[a-z]{1,3}-?\d+$/i.test(text),
    },
    when: { waiting: 'choice' },
    example: '2',
    answer: (turning, { which = '' }) => choose(turning, positionOf(which)),
  },
  {
    name: 'greet',
    order: 20,
    says: [
      '(hi|hello|hey|hiya|yo|good morning|good afternoon|good evening|morning) [there|all|switchboard|again]',
      '(are you|you|anybody) (there|awake|around|up)',
      'is this thing (on|working)',
      "(how is|how's|hows) (it|everything) going",
      'how are (you|things) [doing|today]',
    ],
    example: 'hello',
    answer: (turning) => still(turning, 'Hello. Type what you have to do, or ask what to do now.'),
  },
  {
    name: 'thank',
    order: 30,
    says: [
      '(thanks|thank you|thx|ty|cheers|much appreciated) [so|very] [much] [a lot|again|switchboard]',
      '(great|perfect|awesome|nice|cool|good job|well done) [thanks|thank you]',
      '(no worries|no problem|sorry|my bad|sorry my bad)',
    ],
    example: 'thank you',
    answer: (turning) => still(turning, 'You are welcome.'),
  },
  {
    name: 'agree',
    isAnswer: true,
    order: 40,
    says: ['(yes|yep|yeah|yup|ok|okay|sure|y|do it|go ahead|go|confirm|correct|👍) [please|do it]'],
    example: 'yes',
    answer: answerFirst,
  },
  {
    name: 'accept',
    isAnswer: true,
    order: 300,
    says: [
      'accept [it|all|them|everything]',
      '(create|save|keep|add|store) (it|them|all|these|those|everything)',
      'looks good',
      'lgtm',
    ],
    example: 'accept',
    does: 'Do what was shown',
    answer: answerFirst,
  },
  {
    name: 'discard',
    isAnswer: true,
    order: 310,
    says: [
      '(discard|forget|drop|scrap|never mind|nevermind|cancel) [it|that|them|all|this]',
      '(no|nope|nah|n) [thanks|thank you]',
      "(don't|do not)",
    ],
    example: 'discard',
    does: 'Forget what was shown',
    answer: discardFirst,
  },
  {
    name: 'refrain',
    order: 315,
    says: [
      "[no] (don't|dont|do not|never) <what>",
      "(i don't|i dont|i do not) (want|need) (you to|to) <what>",
    ],
    slots: { what: (text) => !MEANT.test(text) },
    example: "don't delete T-12",
    answer: (turning) => (turning.state.waiting.length > 0 ? discardFirst(turning) : refrained(turning)),
  },
  {
    name: 'resume',
    isAnswer: true,
    order: 320,
    says: ['(resume|continue|go on|carry on)', '(where were we|what was that)'],
    example: 'resume',
    does: 'Show again what waits for your answer',
    answer: resumeFirst,
  },
  {
    name: 'start-over',
    order: 330,
    says: ['start (over|again|afresh)', '(restart|reset)', 'chat (end|stop|over)', 'end chat'],
    example: 'start over',
    does: 'Forget everything in this conversation that waits',
    answer: ({ state }) => ({
      replies: [plain('Started over. Nothing waits for an answer, and your tasks are as they were.')],
      state: { ...NEW_CHAT, done: state.done, previews: state.previews },
    }),
  },
  {
    name: 'undo',
    order: 335,
    says: [
      '[oops] (undo|revert) [it|that|this|last|the last one|the last thing|my last|what you did]',
      '(oops|whoops) (wrong one|not that one|wrong)',
      "(that was|that is|that's) (wrong|a mistake|not what i meant)",
      'take (it|that) back',
      '(oops|whoops)',
      'ctrl-z',
    ],
    example: 'undo',
    does: 'Undo the last thing that was done in this conversation',
    isFirst: true,
    answer: undoLast,
  },
  {
    name: 'set-previews',
    order: 340,
    says: ['(preview|previews) <mode>', 'turn (preview|previews) <mode>', 'turn <mode> (preview|previews)'],
    slots: { mode: isOneOf(PREVIEW_MODES) },
    example: 'previews on',
    does: 'Show everything before it is created (on), only what is unclear (soft), or nothing (off)',
    answer({ state }, { mode = '' }) {
      const previews = PREVIEW_MODES.find((each) => each === mode.toLowerCase()) ?? state.previews
      return { replies: [plain(PREVIEW_TEXTS[previews])], state: { ...state, previews } }
    },
  },
  {
    name: 'chat',
    order: 350,
    says: ['chat [status]', '(who|what) are you'],
    example: 'chat',
    answer: (turning) =>
      still(turning, 'This conversation takes tasks, plans and agents by plain words, without a model.'),
  },
  {
    name: 'ask-how',
    order: 365,
    says: ['how (do|can|would) i <what>', 'how to <what>'],
    when: { assistant: false },
    example: 'how do i add a task',
    answer: (turning, { what = '' }) => ({
      replies: [helpOnQuestion(turning, TALK, what)],
      state: turning.state,
    }),
  },
  {
    name: 'help',
    order: 360,
    says: [
      '(help|commands|usage help) [me]',
      'what can (i|you) (do|say|type) [here]',
      'what do i (say|type)',
      'how does this work',
    ],
    example: 'help',
    does: 'Show what you can say',
    answer: (turning) => ({ replies: [helpReply(turning, TALK)], state: turning.state }),
  },
]

/** "Don't forget the milk" is to be done, and so is "don't remind me of it"; "don't disturb me" is a setting. */
const MEANT = /^(?:forget|let me forget|miss|remind|disturb|notify|i\b|you\b|we\b)/i

function refrained({ state }: Turning): Done {
  return {
    replies: [plain('Nothing was changed.')],
    state,
  }
}

const PREVIEW_TEXTS = {
  off: 'Everything is created at once from now on.',
  soft: 'From now on, one clear task is created at once; several, or an unclear one, are shown first.',
  on: 'Everything is shown before it is created from now on.',
}

const ORDINALS: ReadonlyMap<string, number> = new Map([
  ['first', 1],
  ['second', 2],
  ['third', 3],
  ['fourth', 4],
  ['fifth', 5],
])

/** The position that a word means, or the reference that it is. */
function positionOf(which: string): number | string {
  const number = isNumber(which) ? Number(which.replace('#', '')) : ORDINALS.get(which.toLowerCase())
  return number ?? which
}

function plain(text: string): Reply {
  return { text, actions: [HELP] }
}

/** A courtesy, with word of what still waits. */
function still({ state }: Turning, text: string): Done {
  const reply =
    state.waiting.length === 0
      ? plain(text)
      : { text: `${text} Something still waits for your answer.`, actions: [RESUME, HELP] }
  return { replies: [reply], state }
}
