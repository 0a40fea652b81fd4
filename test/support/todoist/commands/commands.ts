import type { Command } from './command.ts'
import { OTHER_COMMANDS } from './others.ts'
import { SHARING_COMMANDS } from './sharing.ts'
import { TASK_COMMANDS } from './tasks.ts'

/** What sync can do, by the name of the command. */
export const COMMANDS: Record<string, Command> = { ...TASK_COMMANDS, ...OTHER_COMMANDS, ...SHARING_COMMANDS }
