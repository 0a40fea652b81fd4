/** A large project goes from one team to another: at every moment each person sees all of its tasks or none. */
import { and, eq, sql } from 'drizzle-orm'
import { visibleTo } from '../../../src/domain/access/visible-to.ts'
import type { Db } from '../../../src/domain/db/db.ts'
import { tasks } from '../../../src/domain/tasks/tables.ts'
import type { Fault } from '../harness/check-run.ts'
import type { Injection } from '../servers/fault-kinds.ts'
import { pause } from '../servers/pause.ts'
import { checkOnce, type FlowWorld, type OpenFlow } from './flow.ts'

/** More than move at once. */
const TASKS = 20_400
/** Transactions of a phase, each of a batch: fewer than there are, so that the fault comes before the end. */
const BATCHES = 40
/** Ends of a phase. */
const STEPS = 3
/** Milliseconds between two looks at what people see. */
const LOOK_EVERY_MS = 50
/** Faults that are told. */
const FAULTS_MAX = 3

/** Who sees the project: the one who moves it, the member of the team that has it, and that of the team that gets it. */
interface Seers {
  readonly mover: string
  readonly before: string
  readonly after: string
}

export const openMoveFlow: OpenFlow = async (world, { id, injection }) => {
  const { database } = world
  if (database === undefined) throw new Error('a move is watched in the rows of a server')
  const { db } = database
  const seers = { mover: 'local', before: `${id}-before`, after: `${id}-after` }
  const room = { limit: 'teams', value: TEAMS_MAX, personId: seers.mover }
  await world.client.callUntilDone('access.set_limit', room, `${id} room`)
  const from = await makeTeam(world, seers.before)
  const to = await makeTeam(world, seers.after)
  const projectId = await makeProject(world, db, { id, teamId: from })
  const watch = watchMove(db, projectId, seers)

  return {
    passings: passingsOf(injection),
    async act() {
      await world.client.callUntilDone('projects.move', { projectId, teamId: to }, `${id} move`)
    },
    isOver: async () => !(await isMoving(db, projectId)),
    async check() {
      const faults = await watch.end()
      return [...faults, ...(await checkArrived(db, projectId, to))]
    },
    async end() {
      await db.execute(sql`delete from tasks where project_id = ${projectId}`)
    },
  }
}

/** A gateway only begins the move. */
function passingsOf({ passer, spot }: Injection): number {
  if (passer === 'gateway') return 1
  return spot.startsWith('step.') ? STEPS : BATCHES
}

/** Each flow of a world makes two teams. */
const TEAMS_MAX = 10_000

/** A team of the mover's with one member. */
async function makeTeam({ client }: FlowWorld, member: string): Promise<string> {
  await client.callUntilDone('people.create', { id: member, name: member }, `${member} person`)
  const made = await client.callUntilDone('teams.create', { name: member }, `${member} team`)
  const teamId = (made as { team: { id: string } }).team.id
  const adding = { teamId, personId: member, role: 'member' }
  await client.callUntilDone('teams.add_member', adding, `${member} member`)
  return teamId
}

/** With one task that was made as people make it, and copies of it. */
async function makeProject(
  { client }: FlowWorld,
  db: Db,
  { id, teamId }: { readonly id: string; readonly teamId: string },
): Promise<string> {
  const made = await client.callUntilDone(
    'projects.create',
    { name: `${id} project`, teamId },
    `${id} project`,
  )
  const projectId = (made as { project: { id: string } }).project.id
  await client.callUntilDone('tasks.create', { tasks: [{ title: id, projectId }] }, `${id} task`)
  const [given] = await db.execute<{ columns: string }>(sql`
    select string_agg('"' || column_name || '"', ', ') as columns from information_schema.columns
    where table_schema = current_schema and table_name = 'tasks' and is_generated = 'NEVER'`)
  const columns = sql.raw(given?.columns ?? '')
  await db.execute(sql`insert into tasks (${columns}) overriding user value
    select ${columns} from generate_series(1, ${TASKS - 1}::int) as n,
      lateral (select copy.* from tasks as original, jsonb_populate_record(null::tasks, to_jsonb(original)
        || jsonb_build_object('id', left(original.id, 21) || lpad(n::text, 10, '0'), 'title', original.title || ' ' || n)
      ) as copy where original.project_id = ${projectId} and original.title = ${id}) as copied`)
  return projectId
}

async function isMoving(db: Db, projectId: string): Promise<boolean> {
  const [row] = await db.execute<{ moving: boolean }>(
    sql`select moving is not null as moving from projects where id = ${projectId}`,
  )
  return row?.moving ?? false
}

/** How many of the tasks each of them sees, in one statement. */
async function countSeen(db: Db, projectId: string, { mover, before, after }: Seers): Promise<number[]> {
  const seenBy = (personId: string) => {
    const actor = { kind: 'person', id: personId, personId, scopes: [] } as const
    return sql`(select count(*) from ${tasks} where ${and(eq(tasks.projectId, projectId), visibleTo({ actor }, tasks))})::int`
  }
  const [seen] = await db.execute<{ counts: number[] }>(
    sql`select json_build_array(${seenBy(mover)}, ${seenBy(before)}, ${seenBy(after)}) as counts`,
  )
  return seen?.counts ?? []
}

/** The order in which the members of the two teams see it: one, nobody, the other. */
const STAGES = ['before', 'nobody', 'after'] as const

function watchMove(db: Db, projectId: string, seers: Seers) {
  const faults: Fault[] = []
  let isEnded = false
  let reached = 0

  async function look(): Promise<void> {
    const [mover = 0, before = 0, after = 0] = await countSeen(db, projectId, seers)
    const words = `the mover sees ${mover} tasks, the old team ${before}, the new team ${after}`
    const stage = before > 0 ? 0 : after > 0 ? 2 : 1
    const isWhole = mover === TASKS && before + after === (stage === 1 ? 0 : TASKS)
    const isFault = !isWhole || stage < reached
    if (isFault && faults.length < FAULTS_MAX)
      faults.push({ kind: 'state', words: `after ${STAGES[reached]}: ${words}` })
    reached = Math.max(reached, stage)
  }

  async function watch(): Promise<void> {
    while (!isEnded) {
      await look()
      await pause(LOOK_EVERY_MS)
    }
    await look()
    if (reached < STAGES.length - 1)
      faults.push({ kind: 'lost', words: 'the new team never saw the project' })
  }

  const watching = watch()
  return {
    async end(): Promise<Fault[]> {
      isEnded = true
      await watching
      return faults
    },
  }
}

async function checkArrived(db: Db, projectId: string, teamId: string): Promise<Fault[]> {
  const [found] = await db.execute<{ there: number; titles: number; elsewhere: number }>(sql`
    select count(*)::int as there, count(distinct title)::int as titles,
      (count(*) filter (where (owner_id, space_id) <> (${teamId}, ${teamId})))::int as elsewhere
    from tasks where project_id = ${projectId}`)
  const { there = 0, titles = 0, elsewhere = 0 } = found ?? {}
  const isLeft = await isMoving(db, projectId)
  return [
    ...checkOnce('tasks', there, TASKS),
    ...checkOnce('titles', titles, TASKS),
    ...checkOnce('tasks elsewhere', elsewhere, 0),
    ...(isLeft ? [{ kind: 'state' as const, words: 'the project still moves' }] : []),
  ]
}
