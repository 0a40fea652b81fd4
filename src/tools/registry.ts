/** The lists: every operation and prompt of every area, one line each. */
import type { Prompt } from '../core/area/prompt.ts'
import type { Operation } from '../core/operation/operation.ts'
import { createKey } from './access/create-key.ts'
import { listAudit } from './access/list-audit.ts'
import { listKeys } from './access/list-keys.ts'
import { revokeKey } from './access/revoke-key.ts'
import { updateProfile } from './access/update-profile.ts'
import { whoami } from './access/whoami.ts'
import { createAgent } from './agents/create-agent.ts'
import { deleteAgent } from './agents/delete-agent.ts'
import { getAgent } from './agents/get-agent.ts'
import { listAgents } from './agents/list-agents.ts'
import { updateAgent } from './agents/update-agent.ts'
import { decideApproval } from './approvals/decide-approval.ts'
import { getApproval } from './approvals/get-approval.ts'
import { listApprovals } from './approvals/list-approvals.ts'
import { listArtifacts } from './artifacts/list-artifacts.ts'
import { readArtifact } from './artifacts/read-artifact.ts'
import { listBudgets } from './budgets/list-budgets.ts'
import { removeBudget } from './budgets/remove-budget.ts'
import { setBudget } from './budgets/set-budget.ts'
import { addMilestone } from './projects/add-milestone.ts'
import { applyTemplate } from './projects/apply-template.ts'
import { archiveProject } from './projects/archive-project.ts'
import { createProject } from './projects/create-project.ts'
import { createTemplate } from './projects/create-template.ts'
import { deleteTemplate } from './projects/delete-template.ts'
import { getProject } from './projects/get-project.ts'
import { getTemplate } from './projects/get-template.ts'
import { listProjects } from './projects/list-projects.ts'
import { listTemplates } from './projects/list-templates.ts'
import { recommitProject } from './projects/recommit-project.ts'
import { removeMilestone } from './projects/remove-milestone.ts'
import { reviewProjects } from './projects/review-projects.ts'
import { updateMilestone } from './projects/update-milestone.ts'
import { updateProject } from './projects/update-project.ts'
import { reportRuns } from './reports/report-runs.ts'
import { answerRun } from './runs/answer-run.ts'
import { askPerson } from './runs/ask-person.ts'
import { cancelRun } from './runs/cancel-run.ts'
import { delegateRun } from './runs/delegate-run.ts'
import { getRun } from './runs/get-run.ts'
import { getRunResult } from './runs/get-run-result.ts'
import { giveVerdict } from './runs/give-verdict.ts'
import { listRunEvents } from './runs/list-run-events.ts'
import { listRunSteps } from './runs/list-run-steps.ts'
import { listRuns } from './runs/list-runs.ts'
import { pauseRun } from './runs/pause-run.ts'
import { rateRun } from './runs/rate-run.ts'
import { resumeRun } from './runs/resume-run.ts'
import { retryRun } from './runs/retry-run.ts'
import { saveArtifact } from './runs/save-artifact.ts'
import { settleStep } from './runs/settle-step.ts'
import { startRun } from './runs/start-run.ts'
import { steerRun } from './runs/steer-run.ts'
import { waitRun } from './runs/wait-run.ts'
import { createSchedule } from './schedules/create-schedule.ts'
import { deleteSchedule } from './schedules/delete-schedule.ts'
import { getSchedule } from './schedules/get-schedule.ts'
import { listSchedules } from './schedules/list-schedules.ts'
import { pauseSchedule } from './schedules/pause-schedule.ts'
import { resumeSchedule } from './schedules/resume-schedule.ts'
import { runScheduleNow } from './schedules/run-schedule-now.ts'
import { updateSchedule } from './schedules/update-schedule.ts'
import { capturePrompt } from './tasks/capture-prompt.ts'
import { captureTasks } from './tasks/capture-tasks.ts'
import { completeTasks } from './tasks/complete-tasks.ts'
import { createTasks } from './tasks/create-tasks.ts'
import { deleteTasks } from './tasks/delete-tasks.ts'
import { emptyTrash } from './tasks/empty-trash.ts'
import { getTask } from './tasks/get-task.ts'
import { listTasks } from './tasks/list-tasks.ts'
import { planMyDayPrompt } from './tasks/plan-my-day-prompt.ts'
import { planTasks } from './tasks/plan-tasks.ts'
import { reopenTasks } from './tasks/reopen-tasks.ts'
import { rescheduleTasks } from './tasks/reschedule-tasks.ts'
import { restoreTasks } from './tasks/restore-tasks.ts'
import { suggestTasks } from './tasks/suggest-tasks.ts'
import { updateTask } from './tasks/update-task.ts'
import { weeklyReviewPrompt } from './tasks/weekly-review-prompt.ts'

export const operations: readonly Operation[] = [
  createTasks,
  planTasks,
  suggestTasks,
  captureTasks,
  getTask,
  listTasks,
  updateTask,
  completeTasks,
  reopenTasks,
  rescheduleTasks,
  deleteTasks,
  restoreTasks,
  emptyTrash,
  createProject,
  getProject,
  listProjects,
  updateProject,
  archiveProject,
  recommitProject,
  reviewProjects,
  addMilestone,
  updateMilestone,
  removeMilestone,
  listTemplates,
  getTemplate,
  createTemplate,
  deleteTemplate,
  applyTemplate,
  listAgents,
  getAgent,
  createAgent,
  updateAgent,
  deleteAgent,
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
  listArtifacts,
  readArtifact,
  createSchedule,
  getSchedule,
  listSchedules,
  updateSchedule,
  pauseSchedule,
  resumeSchedule,
  runScheduleNow,
  deleteSchedule,
  reportRuns,
  listApprovals,
  getApproval,
  decideApproval,
  listBudgets,
  setBudget,
  removeBudget,
  whoami,
  updateProfile,
  createKey,
  listKeys,
  revokeKey,
  listAudit,
]

export const prompts: readonly Prompt[] = [planMyDayPrompt, weeklyReviewPrompt, capturePrompt]
