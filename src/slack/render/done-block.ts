/** What stands where buttons were: what was done, by whom and when. */
import type { RichTextBlock } from '@slack/types'

export interface DonePress {
  readonly label: string
  readonly by: string
  readonly at: Date
}

/** Takes the place of buttons whose matter ended in another way. */
export const NO_LONGER_OPEN = 'No longer open.'

const SECOND_MS = 1000

/** Slack tells each reader the moment in their own time zone. */
export function doneBlock({ label, by, at }: DonePress): RichTextBlock {
  const style = { italic: true }
  return {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: `${label}: ${by}, `, style },
          {
            ...{ type: 'date', timestamp: Math.floor(at.getTime() / SECOND_MS), style },
            ...{ format: '{date_short_pretty} at {time}', fallback: at.toISOString() },
          },
        ],
      },
    ],
  }
}
