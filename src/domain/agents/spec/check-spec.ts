/** Checks that the names in a spec exist: its tools, and the operations of its approval rules. */
import type { InputIssue } from '../../../core/errors.ts'
import type { Description } from '../../../core/operation/description.ts'
import { nearest } from '../../../core/schema/unknown-fields.ts'
import type { AgentChanges } from './agent.ts'
import { unknownTools } from './grants.ts'
import { coversOperation } from './policy.ts'

/** What is wrong with the names in a spec, or in the changes of one. */
export function specIssues(
  { tools = [], approvals }: Pick<AgentChanges, 'tools' | 'approvals'>,
  operations: readonly Description[],
): InputIssue[] {
  const wrongTools = unknownTools(tools, operations).map(({ tool, message }) => ({
    path: `tools.${tools.indexOf(tool)}`,
    message,
  }))
  const names = operations.map(({ name }) => name)
  const wrongRules = (approvals?.rules ?? []).flatMap(({ operation }, index): InputIssue[] => {
    if (operation === undefined || names.some((name) => coversOperation(operation, name))) return []
    const near = nearest(operation, names)
    const hint = near === undefined ? 'name one, an area with .*, or *' : `the nearest is ${near}`
    return [
      { path: `approvals.rules.${index}.operation`, message: `there is no operation ${operation}; ${hint}` },
    ]
  })
  return [...wrongTools, ...wrongRules]
}
