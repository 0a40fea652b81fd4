/** What the bot says of itself when it meets somebody. */
import type { WayIn } from '../../domain/slack/person-by-address.ts'

const EXAMPLES = ['call the bank tomorrow 15m p1', 'what now', 'help']

const HOW_TO_BEGIN: Readonly<Record<WayIn['kind'], string>> = {
  trusted: 'Write to me here as you would to a colleague, for example:',
  invited:
    'You were invited by mail. Accept the invitation, and then write to me here. You can say, for example:',
}

export function memberText(way: WayIn['kind']): string {
  return [
    'Welcome! I am Switchboard. I keep track of tasks, and let agents work on goals for you.',
    HOW_TO_BEGIN[way],
    ...EXAMPLES.map((example) => `• ${example}`),
    'I write this once. My home tab shows your day.',
  ].join('\n')
}

export function channelText(isOfTeam: boolean): string {
  return [
    'Hello! I am Switchboard. Mention me with what you want, and I answer in a thread: a task, a question, a goal for an agent.',
    isOfTeam
      ? 'This is the channel of a team: what you tell me here is about the things of the team.'
      : 'What you tell me here is yours, and my answers are for you alone.',
    'Mention me with "help" to see what I understand.',
  ].join('\n')
}
