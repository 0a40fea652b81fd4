/** Shortcuts that send an agent after a goal, or after the words of a message. */
import { defineShortcut, type Shortcut } from '../../core/intent/shortcut.ts'
import { cutText } from '../../core/text/cut.ts'
import { GOAL_MAX_CHARS } from '../../domain/runs/run-start.ts'
import { startRun } from '../runs/start-run.ts'

/** Proposed in the form, where another can be chosen. */
const AGENT = 'assistant'

const call: Shortcut['call'] = (text) => ({
  operation: startRun.name,
  input: { agent: AGENT, ...(text !== '' && { goal: cutText(text, GOAL_MAX_CHARS, '…') }) },
  ask: { agent: 'who works on it', goal: 'what you want done', projectId: 'a project, if it is about one' },
})

export const agentShortcuts = [
  defineShortcut({
    ...{ name: 'start_agent', title: 'Start an agent', on: 'anywhere', call },
    description: 'An agent that works on a goal',
  }),
  defineShortcut({
    ...{ name: 'give_to_agent', title: 'Give to an agent', on: 'message', call },
    description: 'An agent that works on a message',
  }),
]
