/** Reads an agent from its file, or says in words what is wrong with the file. */

import { checkInput, sentence } from '../../../core/call/input.ts'
import type { Context } from '../../../core/operation/context.ts'
import type { Description } from '../../../core/operation/description.ts'
import { type JsonSchema, toSchema } from '../../../core/schema/json-schema.ts'
import { isJsonObject } from '../../../core/text/json.ts'
import { type AgentEntry, AgentSlug, AgentSpec } from './agent.ts'
import { specIssues } from './check-spec.ts'

type AgentFile = Awaited<ReturnType<Context['agentFiles']['list']>>[number]

export function toFileEntry(file: AgentFile, operations: readonly Description[]): AgentEntry {
  const { slug, path } = file
  const read = 'problem' in file ? file.problem : readSpec(file, operations)
  return typeof read === 'string'
    ? { ...OF_FILE, slug, problem: `${path}: ${read}` }
    : { ...OF_FILE, slug, agent: { ...read, ...OF_FILE, slug, writerScopes: null } }
}

const OF_FILE = { source: 'file', teamId: null } as const

/** Computed once, and only if there is a file. */
let inputSchema: JsonSchema | undefined

function readSpec(
  { slug, frontMatter, instructions }: Extract<AgentFile, { frontMatter: unknown }>,
  operations: readonly Description[],
): AgentSpec | string {
  const name = AgentSlug.safeParse(slug)
  if (!name.success)
    return `the name of the file ${name.error.issues[0]?.message ?? 'is not the name of an agent'}`
  if (!isJsonObject(frontMatter)) return 'the front matter must be fields such as role: Editor'
  if ('instructions' in frontMatter) return 'instructions: write them below the front matter'
  if (instructions === '') return 'instructions: the text below the front matter is missing'
  inputSchema ??= toSchema(AgentSpec, 'input')
  const checked = checkInput({ input: AgentSpec, inputSchema }, { ...frontMatter, instructions })
  const issues = 'data' in checked ? specIssues(checked.data, operations) : checked.issues
  if ('data' in checked && issues.length === 0) return checked.data
  return sentence(issues)
}
