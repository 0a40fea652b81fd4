/** The page of limits, made from those that areas list. */
import type { Area } from '../../src/core/area/area.ts'

/** The whole page, in Markdown. */
export function limitsPage(areas: readonly Area[]): string {
  const rows = areas
    .flatMap(({ limits }) => limits)
    .map(
      ({ name, meaning, unit, of, most }) =>
        `| \`${name}\` | ${meaning} | ${most.toLocaleString('en')} ${unit} | ${of === 'people' ? 'each person' : 'each person and team'} |`,
    )
  return `${[INTRODUCTION, '', '| limit | what is counted | standard | who has it |', '|---|---|---|---|', ...rows, '', NOTES].join('\n')}\n`
}

const INTRODUCTION = `# Shares and limits

<!-- Made from the code by \`npm run docs\`; changes here are overwritten. -->

Everybody on a gateway shares its workers and its store. Each person and each team has a share of them, and nobody's work waits for
all of somebody else's.

## Who is served next

- **Runs.** A free slot takes the next run of those who [have the fewest at work](decisions/fair-shares.md): first between people and
  teams, then between the people of a team. 800 urgent runs of one person delay another's one by a slot's turn. When
  all slots have long runs, one of those who have most gives way between two of its steps, within a heartbeat (10 seconds) and
  the step under way.
- **Events of hooks.** A worker takes the next event of those of whose events the fewest are being handled.
- **Schedules.** Of those that are due, the first of each owner fires before the second of any.
- **Deliveries.** The first of each webhook goes before the second of any, and each has four under way at most, so that neither a busy
  nor a slow one keeps the others waiting.

## How much

\`switchboard limits show\` ([access.usage](operations.md#accessusage)) shows how much you use, with \`--team-id\` how much a team that you
lead uses, and with \`--everyone\`, for admins, how much everybody uses. Admins set the limits of one person or team:

\`\`\`sh
switchboard limits set open_runs --value 1000 --person-id ada
switchboard limits set open_runs --value null --person-id ada   # the standard limit again
\`\`\``

const NOTES = `A limit applies from the next call on, because the statement that counts also reads it. Nothing is taken away from an owner who
has more than a new limit allows. The standard limit of open runs is set by [\`SWITCHBOARD_OPEN_RUNS\`](configuration.md).

Once the most bytes are stored, nobody starts or retries a run of that owner, and its runs save no files. Runs under way are never ended by
that: they go on, delegate and log until they end. To start a run, a process uses a sum again for a minute, as long as
it is below 90 % of the limit.

One key may have half of the streams and sessions of its person or team. Besides these limits, a process limits requests under
way and calls a minute. See [deployment](deployment.md#what-one-caller-may-hold).`
