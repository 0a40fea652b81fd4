/** How a section is named. */
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'

export const sectionRef = {
  section: Name.describe('Name or id'),
  project: Name.optional().describe('The project that it is in, where several have a section of this name'),
}
