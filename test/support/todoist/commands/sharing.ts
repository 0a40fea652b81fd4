/** Commands about who shares a project, and the moves that may take long. */

import { invite, removeMember } from '../actions/sharing.ts'
import { moveToPersonal, moveToWorkspace } from '../actions/workspaces.ts'
import { notFound } from '../api-error.ts'
import { text } from './args.ts'
import { type Command, done, operation } from './command.ts'

export const SHARING_COMMANDS: Record<string, Command> = {
  share_project: done((acting, args) => invite(acting, text(args, 'project_id'), text(args, 'email'))),
  delete_collaborator: done((acting, args) => {
    const email = text(args, 'email')
    const member = acting.world.people.find((each) => each.email === email) ?? notFound('User')
    removeMember(acting, text(args, 'project_id'), member)
  }),
  project_leave: done((acting, args) => removeMember(acting, text(args, 'project_id'), acting.person)),
  project_move_to_workspace: operation((acting, args) =>
    moveToWorkspace(acting, text(args, 'project_id'), text(args, 'workspace_id')),
  ),
  project_move_to_personal: operation((acting, args) => moveToPersonal(acting, text(args, 'project_id'))),
}
