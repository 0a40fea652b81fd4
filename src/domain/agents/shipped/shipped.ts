/** The agents that everybody has, by slug. */
import { Agent } from '../spec/agent.ts'
import { assistant } from './assistant.ts'
import { developer } from './developer.ts'
import { projectManager } from './project-manager.ts'
import { researcher } from './researcher.ts'
import { reviewer } from './reviewer.ts'
import { techLead } from './tech-lead.ts'
import { tester } from './tester.ts'

export const SHIPPED_AGENTS: ReadonlyMap<string, Agent> = new Map(
  Object.entries({
    assistant,
    'project-manager': projectManager,
    developer,
    reviewer,
    tester,
    'tech-lead': techLead,
    researcher,
  }).map(([slug, spec]) => [
    slug,
    Agent.parse({ ...spec, slug, source: 'shipped', writerScopes: null, teamId: null }),
  ]),
)
