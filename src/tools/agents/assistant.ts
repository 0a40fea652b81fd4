/** The agent that works on what no intent takes. */
import { defineAssistant } from '../../core/area/assistant.ts'
import { cutText } from '../../core/text/cut.ts'
import { MESSAGE_MAX_CHARS } from '../../domain/runs/moves/control-run.ts'
import { GOAL_MAX_CHARS } from '../../domain/runs/run-start.ts'
import { startRun } from '../runs/start-run.ts'
import { steerRun } from '../runs/steer-run.ts'

/** A shipped agent, which people may replace by one of their own with the same name. */
const AGENT = 'assistant'

export const assistant = defineAssistant({
  isReady: ({ models }) => models.standard !== undefined,
  begin: (message, agent = AGENT) => ({
    operation: startRun.name,
    input: { agent, goal: cutText(message, GOAL_MAX_CHARS, '…') },
  }),
  steer: (runId, message) => ({
    operation: steerRun.name,
    input: { runId, message: cutText(message, MESSAGE_MAX_CHARS, '…') },
  }),
})
