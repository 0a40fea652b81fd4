/** Runs: an agent at work on a goal, from its start to its end. */

import { defineArea } from '../../core/area/area.ts'
import { defineHomeSection } from '../../core/area/home-section.ts'
import { openRunsLimit } from '../../domain/runs/quota.ts'
import { questionAsked, runEnded, runStarted } from '../../domain/runs/run-events.ts'
import { runKind } from '../../domain/runs/run-kind.ts'
import { runMessages } from '../../domain/runs/run-messages.ts'
import { answerRun } from './answer-run.ts'
import { cancelRun } from './cancel-run.ts'
import { getRun } from './get-run.ts'
import { getRunResult } from './get-run-result.ts'
import { runIntents } from './intents.ts'
import { listRunEvents } from './list-run-events.ts'
import { listRunSteps } from './list-run-steps.ts'
import { listRuns } from './list-runs.ts'
import { askPerson } from './own/ask-person.ts'
import { delegateRun } from './own/delegate-run.ts'
import { giveVerdict } from './own/give-verdict.ts'
import { saveArtifact } from './own/save-artifact.ts'
import { pauseRun } from './pause-run.ts'
import { rateRun } from './rate-run.ts'
import { resumeRun } from './resume-run.ts'
import { retryRun } from './retry-run.ts'
import { openRuns } from './settings.ts'
import { settleStep } from './settle-step.ts'
import { startRun } from './start-run.ts'
import { steerRun } from './steer-run.ts'
import { runExpiries, runSweeps } from './upkeep.ts'
import { waitRun } from './wait-run.ts'

export const runs = defineArea({
  name: 'runs',
  ids: [runKind, 'step'],
  scopes: {
    'runs:read': { includes: ['agents:read'] },
    'runs:write': {
      includes: ['agents:read', 'schedules:end'],
      agents:
        'an agent starts others through runs.delegate, within its own budget, and may not steer, answer or rate runs',
      // Schedules too: their runs have the scopes of the schedule's maker, so no more than a run started now.
      keyless: true,
    },
  },
  events: [runStarted, runEnded, questionAsked],
  messages: runMessages,
  intents: runIntents,
  settings: [openRuns],
  sweeps: runSweeps,
  expires: runExpiries,
  limits: [openRunsLimit],
  home: [
    defineHomeSection({
      title: 'Agents at work',
      order: 300,
      operation: listRuns,
      input: { ended: false, limit: 5 },
    }),
  ],
  operations: [
    startRun,
    getRun,
    listRuns,
    waitRun,
    listRunEvents,
    getRunResult,
    listRunSteps,
    cancelRun,
    pauseRun,
    resumeRun,
    retryRun,
    steerRun,
    answerRun,
    settleStep,
    rateRun,
    askPerson,
    delegateRun,
    saveArtifact,
    giveVerdict,
  ],
})
