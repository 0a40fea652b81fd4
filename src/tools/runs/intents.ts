/** What people type to start agents, and about their runs. */
import { defineIntent } from '../../core/intent/intent.ts'
import { defineNoun, grouped, named } from '../../core/intent/noun.ts'
import { runKind } from '../../domain/runs/run-kind.ts'
import { projectNoun } from '../projects/intents.ts'
import { answerRun } from './answer-run.ts'
import { cancelRun } from './cancel-run.ts'
import { getRunResult } from './get-run-result.ts'
import { listRuns } from './list-runs.ts'
import { pauseRun } from './pause-run.ts'
import { resumeRun } from './resume-run.ts'
import { retryRun } from './retry-run.ts'
import { startRun } from './start-run.ts'
import { steerRun } from './steer-run.ts'

/** The agent that is started where none is named. */
const AGENT = 'assistant'

/** How many runs a list in a conversation shows at once. */
const LIST_ITEMS = 10

const run = defineNoun({
  kind: runKind,
  word: 'run',
  finding: {
    operation: listRuns,
    input: () => ({ limit: LIST_ITEMS }),
    wider: () => [],
    thingsIn: ({ items }) =>
      items.filter(({ ended }) => !ended).map(({ ref, agent, goal }) => ({ ref, name: `${agent}: ${goal}` })),
  },
})
const namedRun = named(run)
/** One that may have ended, such as the last one. */
const anyRun = named(
  defineNoun({
    kind: runKind,
    word: 'run',
    isNewestFirst: true,
    finding: {
      operation: listRuns,
      input: () => ({ limit: LIST_ITEMS }),
      wider: () => [],
      thingsIn: ({ items }) => items.map(({ ref, agent, goal }) => ({ ref, name: `${agent}: ${goal}` })),
    },
  }),
)
/** All that have not ended. */
const allRuns = grouped(
  defineNoun({
    kind: runKind,
    word: 'run',
    finding: {
      ...run.finding,
      operation: listRuns,
      input: () => ({ limit: LIST_ITEMS }),
      all: (text) =>
        /^(?:everything|all|(?:all|every) (?:of )?(?:my |the )?(?:runs?|agents?|jobs?|them))$/i.test(text)
          ? { limit: LIST_ITEMS }
          : undefined,
      thingsIn: ({ items }) =>
        items
          .filter(({ ended }) => !ended)
          .map(({ ref, agent, goal }) => ({ ref, name: `${agent}: ${goal}` })),
    },
  }),
)

export const runIntents = [
  defineIntent({
    name: 'think-in-project',
    order: 520,
    says: [
      'think [about] <goal> (-p|--project|in project|for project) <project>',
      '(ask|tell|have|let) [the|an|my] (assistant|agent) [to] <goal> (-p|--project|in project|for project) <project>',
    ],
    slots: { project: projectNoun },
    example: 'think draft the invitation -p launch',
    does: 'Send an agent after a goal, in a project',
    operation: startRun,
    input: ({ words: { goal = '' }, refs: [projectId], agent = AGENT }) => ({ agent, goal, projectId }),
    about: ({ run: { ref, goal } }) => [{ ref, name: goal }],
  }),
  defineIntent({
    name: 'think',
    order: 522,
    says: [
      'think [about] <goal>',
      '(ask|tell|have|let|get|use|send) [the|an|my] (assistant|agent) [to|after] <goal>',
      '(run|start) [the|an] (assistant|agent) (on|for|to) <goal>',
    ],
    example: 'think compare our three competitors',
    does: 'Send an agent after a goal',
    isFirst: true,
    operation: startRun,
    input: ({ words: { goal = '' }, agent = AGENT }) => ({ agent, goal }),
    about: ({ run: { ref, goal } }) => [{ ref, name: goal }],
  }),
  defineIntent({
    name: 'list-runs',
    order: 650,
    says: [
      '(runs|check|jobs)',
      '(show|list|check) [me] [my|the|all] (runs|jobs|running agents)',
      "(what's|what is|what are|who is|who's) (running|working|going on)",
      "(what's|what are|how are) [my|the] (agents|runs) (doing|up to)",
      "(what's|what is) happening [with (my|the) (agents|runs)]",
    ],
    example: 'runs',
    does: 'List the runs of your agents',
    operation: listRuns,
    input: () => ({ limit: LIST_ITEMS }),
  }),
  defineIntent({
    name: 'cancel-run',
    order: 660,
    says: [
      '(stop|abort|halt)',
      '(stop|cancel|abort|kill|halt) <named>',
      '(stop|cancel|abort|kill|halt) [the] (run|agent|job) [<run>]',
      '(stop|abort|kill|halt) <all>',
    ],
    slots: { run, named: namedRun, all: allRuns },
    example: 'stop R-12',
    does: 'Stop a run',
    operation: cancelRun,
    input: ({ refs: [runId = ''] }) => ({ runId }),
  }),
  defineIntent({
    name: 'pause-run',
    order: 662,
    says: ['pause [the] [run|agent] [<run>]', 'pause <all>'],
    slots: { run: namedRun, all: allRuns },
    example: 'pause R-12',
    does: 'Pause a run',
    operation: pauseRun,
    input: ({ refs: [runId = ''] }) => ({ runId }),
  }),
  defineIntent({
    name: 'resume-run',
    order: 664,
    says: ['(resume|continue|unpause) [run|the run] <run>'],
    slots: { run: namedRun },
    example: 'resume R-12',
    does: 'Let a paused run go on',
    operation: resumeRun,
    input: ({ refs: [runId = ''] }) => ({ runId }),
  }),
  defineIntent({
    name: 'retry-run',
    order: 666,
    says: ['(retry|rerun|restart) [run|the run] <run>', '(try|run|start) <run> again'],
    slots: { run: anyRun },
    example: 'retry R-12',
    does: 'Try a run again that failed',
    operation: retryRun,
    input: ({ refs: [runId = ''] }) => ({ runId }),
  }),
  defineIntent({
    name: 'answer-run',
    order: 668,
    says: ['answer [run] <run> [with|that] <answer>'],
    slots: { run: namedRun },
    example: 'answer R-12 the one of March',
    does: 'Answer a question of a run',
    operation: answerRun,
    input: ({ words: { answer = '' }, refs: [runId = ''] }) => ({ runId, answer }),
  }),
  defineIntent({
    name: 'steer-run',
    order: 670,
    says: ['(steer|tell|message) [run] <run> [to|that] <message>'],
    slots: { run: namedRun },
    example: 'tell R-12 leave out the garden',
    does: 'Tell a run something that it takes into account',
    operation: steerRun,
    input: ({ words: { message = '' }, refs: [runId = ''] }) => ({ runId, message }),
  }),
  defineIntent({
    name: 'show-result',
    order: 672,
    says: [
      '[show|get] [me] [the] (result|results|output) [of] [<run>]',
      'what did <run> (find|do|say|make)',
      'what did (the agent|it) (find|do|say|make|come up with)',
      'show [me] <run>',
    ],
    slots: { run: anyRun },
    example: 'result R-12',
    does: 'Show what a run came to',
    operation: getRunResult,
    input: ({ refs: [runId = ''] }) => ({ runId }),
  }),
]
