/** The page about conversations without a model, made from the intents of the areas. */
import { allIntents } from '../../src/chat/all-intents.ts'
import { helpRows } from '../../src/chat/help.ts'
import { TALK } from '../../src/chat/talk.ts'
import type { Area } from '../../src/core/area/area.ts'

/** The whole page, in Markdown. */
export function chatPage(areas: readonly Area[]): string {
  const operations = areas.flatMap((area) => area.operations)
  const { calling } = allIntents(
    operations,
    areas.flatMap((area) => area.intents),
  )
  const rows = (list: Parameters<typeof helpRows>[0]) =>
    [
      '| you type | what it does |',
      '|---|---|',
      ...helpRows(list).map(([say, does]) => `| \`${say}\` | ${does} |`),
    ].join('\n')
  return `${[INTRODUCTION, rows(calling), ANSWERS, rows(TALK), NOTES].join('\n\n')}\n`
}

const INTRODUCTION = `# Conversations

<!-- Made from the code by \`npm run docs\`; changes here are overwritten. -->

You can work by typing, without a model. The words that you type are compared with phrases that each area brings; typing errors,
capitals and courtesies ("could you please ...") do not matter. What is done is done by the same operations as everywhere else,
with your own rights.

\`\`\`sh
switchboard chat                               # a conversation; exit or Ctrl-C ends it
switchboard chat "call the bank tomorrow 15m"  # one message
\`\`\`

What you may say next is shown with numbers: type the number, or the words.

## What you can type

Each line shows one way to say it.`

const ANSWERS = `## Answers

What is shown first waits until you accept or discard it, and its dates stay as they were shown.`

const NOTES = `## How your words are read

- **Things** are named by their number (\`T-12\`), by some of their words ("the bank"), or as "it" and "that", which mean what was talked
  about last. When several match, you are asked which; several may be named at once: "done bank, dentist and T-3".
- **Tasks** are recognized by a verb (call, write, buy ...), by a day, a length or a priority, or by words such as "remind me to".
  Questions, remarks and orders that nobody here can carry out are not taken for tasks; \`add task: ...\` takes any words.
- **Several asks** in one message are done one after the other: "mark bank done and move the report to friday", or one on each line.
- **"Don't ..."** changes nothing: "don't delete the bank". "Don't forget ..." is a task.
- **Todoist.** Words that name Todoist are done in your account there, and never here. Without an account, you are told how to connect one.
- **Undo.** \`undo\` takes back the last thing that was done in the conversation, and says what; repeated, it takes back what came
  before that, up to ten things. What cannot be undone is named, and stays.
- **Words for both.** "cancel the meeting" or "make the report p1" is about the task that its words find, and a new task where
  they find none. Where they only describe a task, you are asked. What concerns all tasks of a day, such as "push everything
  from today to tomorrow", is confirmed first.
- **Previews.** One task about which nothing has to be asked is created at once, and you can undo it. Several tasks, a task without
  a length, and a date that cannot be read are shown first. \`previews on\` shows everything first, \`previews off\` nothing.
- **One message after the other.** On the command line, \`switchboard chat "..."\` goes on where the message before it ended, for a day:
  \`switchboard chat accept\`, \`switchboard chat undo\`, or the number of a choice. \`switchboard chat\` alone begins a conversation of its own.
- **Lengths.** A number or a length alone is the answer to "how long?": \`10\`, \`1h\`, \`half an hour\`. A preview asks about one task after
  the other.`
