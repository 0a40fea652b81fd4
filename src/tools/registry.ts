/** The areas of the product, one per line. Doors, workers, settings and docs derive everything from this list. */
import { joinAreas } from '../core/area/join-areas.ts'
import { access } from './access/area.ts'
import { accounts } from './accounts/area.ts'
import { agents } from './agents/area.ts'
import { approvals } from './approvals/area.ts'
import { artifacts } from './artifacts/area.ts'
import { budgets } from './budgets/area.ts'
import { calendars } from './calendars/area.ts'
import { hooks } from './hooks/area.ts'
import { inbox } from './inbox/area.ts'
import { notifications } from './notifications/area.ts'
import { people } from './people/area.ts'
import { projects } from './projects/area.ts'
import { reports } from './reports/area.ts'
import { rituals } from './rituals/area.ts'
import { runs } from './runs/area.ts'
import { schedules } from './schedules/area.ts'
import { slack } from './slack/area.ts'
import { tasks } from './tasks/area.ts'
import { teams } from './teams/area.ts'
import { todoist } from './todoist/area.ts'
import { webhooks } from './webhooks/area.ts'

export const areas = joinAreas(
  [],
  [
    tasks,
    rituals,
    calendars,
    projects,
    agents,
    runs,
    artifacts,
    schedules,
    reports,
    approvals,
    budgets,
    accounts,
    hooks,
    inbox,
    people,
    teams,
    access,
    webhooks,
    notifications,
    slack,
    todoist,
  ],
)

export const operations = areas.flatMap((area) => area.operations)

export const prompts = areas.flatMap((area) => area.prompts)
