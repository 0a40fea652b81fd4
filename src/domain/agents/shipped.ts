/** The agents that everybody has, by their slugs. */
import { Agent } from './agent.ts'
import { assistant } from './shipped/assistant.ts'
import { developer } from './shipped/developer.ts'
import { projectManager } from './shipped/project-manager.ts'
import { researcher } from './shipped/researcher.ts'
import { reviewer } from './shipped/reviewer.ts'
import { techLead } from './shipped/tech-lead.ts'
import { tester } from './shipped/tester.ts'

export const SHIPPED_AGENTS: ReadonlyMap<string, Agent> = new Map(
  Object.entries({
    assistant,
    'project-manager': projectManager,
    developer,
    reviewer,
    tester,
    'tech-lead': techLead,
    researcher,
  }).map(([slug, spec]) => [slug, Agent.parse({ ...spec, slug, source: 'shipped', writerScopes: null })]),
)
