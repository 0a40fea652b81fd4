/** Prefixed ids that sort by the time they were made (TypeID over UUIDv7), e.g. `task_01h455vb4pex5vsknk084sn02q`. */
import { typeid } from 'typeid-js'
import { z } from 'zod'

/** Every kind of id with its prefix. */
export type IdPrefix =
  | 'task'
  | 'project'
  | 'milestone'
  | 'template'
  | 'key'
  | 'audit'
  | 'req'
  | 'agent'
  | 'run'
  | 'step'
  | 'approval'
  | 'schedule'
  | 'artifact'

/** Makes a new id of a kind. */
export type NewId = (prefix: IdPrefix) => string

export const newId: NewId = (prefix) => typeid(prefix).toString()

/** The schema of an id of one kind. */
export function idOf(prefix: IdPrefix) {
  return z
    .string()
    .regex(
      new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`),
      `must be an id such as ${EXAMPLE_IDS[prefix]}`,
    )
}

const EXAMPLE_SUFFIX = '01h455vb4pex5vsknk084sn02q'

/** One valid id of each kind, for examples and tests. */
export const EXAMPLE_IDS: Record<IdPrefix, string> = {
  task: `task_${EXAMPLE_SUFFIX}`,
  project: `project_${EXAMPLE_SUFFIX}`,
  milestone: `milestone_${EXAMPLE_SUFFIX}`,
  template: `template_${EXAMPLE_SUFFIX}`,
  key: `key_${EXAMPLE_SUFFIX}`,
  audit: `audit_${EXAMPLE_SUFFIX}`,
  req: `req_${EXAMPLE_SUFFIX}`,
  agent: `agent_${EXAMPLE_SUFFIX}`,
  run: `run_${EXAMPLE_SUFFIX}`,
  step: `step_${EXAMPLE_SUFFIX}`,
  approval: `approval_${EXAMPLE_SUFFIX}`,
  schedule: `schedule_${EXAMPLE_SUFFIX}`,
  artifact: `artifact_${EXAMPLE_SUFFIX}`,
}
