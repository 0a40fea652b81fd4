/** What people type about agents. */
import { defineIntent } from '../../core/intent/intent.ts'
import { defineNoun } from '../../core/intent/noun.ts'
import { SHIPPED_AGENTS } from '../../domain/agents/shipped/shipped.ts'
import { startRun } from '../runs/start-run.ts'
import { listAgents } from './list-agents.ts'

/** Agents are named by their slug: `project-manager`, or "project manager". */
const agentNoun = defineNoun({
  word: 'agent',
  finding: {
    operation: listAgents,
    input: () => ({}),
    wider: () => [],
    thingsIn: ({ items }) => items.map(({ slug }) => ({ ref: slug, name: slug.replaceAll('-', ' ') })),
  },
  matches: ({ ref, name }, said) => [ref, name].includes(said.toLowerCase()),
})

/** Where no word stands between an agent and its goal, only a name that is known by itself tells them apart. */
const isShipped = (text: string) => SHIPPED_AGENTS.has(text.toLowerCase().replaceAll(' ', '-'))

export const agentIntents = [
  defineIntent({
    name: 'list-agents',
    order: 654,
    says: ['[show|list] [me] [my|the|all] agents', 'which agents (are there|do i have)'],
    example: 'agents',
    does: 'List the agents that you can send after a goal',
    operation: listAgents,
    input: () => ({}),
  }),
  defineIntent({
    // A guess: "ask Bob to call Ann" is a task.
    name: 'send-agent',
    order: 904,
    says: [
      '(ask|tell|have|let|get|use|send) [the|an|my|our] <agent> [agent] (to|after|for) <goal>',
      '(run|start|use|put) [the|an|my|our] [agent] <agent> [agent] (on|for|to|with|after) <goal>',
      '(have|let|ask|tell) [the|my|our] <named> [agent] <goal>',
    ],
    slots: { agent: agentNoun, named: { ...agentNoun, canBe: isShipped } },
    mayBeNew: 'unless-found',
    example: 'ask the researcher to compare three CRMs',
    does: 'Send an agent after a goal that you name',
    operation: startRun,
    input: ({ words: { goal = '' }, refs: [agent = ''] }) => ({ agent, goal }),
    about: ({ run: { ref, goal } }) => [{ ref, name: goal }],
  }),
]
