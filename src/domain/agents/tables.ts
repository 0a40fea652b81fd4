/** Agents that people created. Shipped agents are code, and those in a folder are files. */
import { jsonb, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { Scope } from '../../core/operation/scopes.ts'
import { bytewise, moment } from '../db/columns.ts'
import type { AgentSpec } from './spec/agent.ts'

export const agents = pgTable(
  'agents',
  {
    id: bytewise('id').primaryKey(),
    /** The person who made it. */
    personId: bytewise('person_id').notNull(),
    /** The person or the team that it belongs to, whose space it is in: see `grants`. */
    spaceId: bytewise('space_id').notNull(),
    slug: bytewise('slug').notNull(),
    /** Validated by its schema when written and when read. */
    spec: jsonb('spec').$type<AgentSpec>().notNull(),
    /**
     * The scopes of the caller who wrote it last, which its runs never exceed. Null: written before scopes were stored.
     */
    writerScopes: jsonb('writer_scopes').$type<Scope[]>(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    // The agents of a space by name; each name is unique.
    uniqueIndex('agents_space_slug').on(table.spaceId, table.slug),
  ],
)
