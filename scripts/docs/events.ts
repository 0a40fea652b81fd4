/** The page of events, made from the areas' manifests, and how webhooks are sent. */
import type { Event } from '../../src/core/operation/event.ts'
import { toSchema } from '../../src/core/schema/json-schema.ts'
import { KEPT_DAYS } from '../../src/domain/outbox/deliveries.ts'
import { FAILING_MAX_DAYS } from '../../src/domain/outbox/pauses.ts'
import { fieldRows } from './schema.ts'

/** The whole page, in Markdown. */
export function eventsPage(events: readonly Event[]): string {
  return `${[INTRODUCTION, ...events.map(eventSection)].join('\n\n')}\n`
}

const INTRODUCTION = `# Events and webhooks

<!-- Made from the code by \`npm run docs\`; changes here are overwritten. -->

A webhook has the events of a person or a team posted to an address:

\`\`\`sh
switchboard webhooks create https://example.com/hooks --events 'task.*' --events run.ended
\`\`\`

The answer shows its secret once. A pattern is the name of an event, \`task.*\` or \`*\`. A webhook hears what its owner sees
when it happens, and of that what its maker could read when they named the events or the address.

## What a receiver gets

A \`POST\` with JSON: \`{ "type", "timestamp", "version", "data" }\`. \`data\` holds ids, references and titles; read the rest with an
operation. Ignore fields that you do not know: some may be added. \`version\` counts up when a change would break receivers.

It is signed by the rules of [Standard Webhooks](https://www.standardwebhooks.com), for which there are libraries in most
languages:

- \`webhook-id\` is the same for every attempt at one event. After a crash in the middle of a delivery the same event may
  arrive twice: leave out ids that you have seen.
- \`webhook-signature\` holds a signature for each valid secret. While a secret is replaced (\`webhooks.rotate_secret\`), both sign.
- Answer within 15 seconds with a status from 200 to 299. Redirects are not followed.

Events about one thing arrive in their order: a later one waits until the earlier one arrived or was given up. A delivery
that fails is tried again after 5 seconds, 5 minutes, 30 minutes, 2, 5, 10, 14, 20 and 24 hours, or later where the receiver
asks for it with \`Retry-After\`. Then it is given up, kept for ${KEPT_DAYS.dead} days (\`webhooks.deliveries\` with the state \`dead\`), and sent again
when you ask for it (\`webhooks.redeliver\`). It is not tried again once the owner of the webhook no longer sees what it is
about: it is given up then. Who no longer sees that reads the state of the delivery, and not its data. Delivered ones are kept for ${KEPT_DAYS.delivered} days.

A receiver that answers 410, or fails for ${FAILING_MAX_DAYS} days without one success, has its webhook disabled. \`webhooks.update\` enables it.

## Where webhooks may go

Only to \`https://\` addresses on the public internet, which is checked for each address that is dialled. The operator of a
gateway allows other hosts by name and port: \`SWITCHBOARD_WEBHOOK_HOSTS=hooks.internal:8443,localhost:9999\`.

## The events`

function eventSection(event: Event): string {
  const { name, summary, scope, version, payload, example } = event
  const rows = fieldRows(toSchema(payload, 'output'), []).map(
    ({ path, type, meaning }) => `| \`${path}\` | ${cell(type)} | ${cell(meaning)} |`,
  )
  const table = ['| data | type | meaning |', '|---|---|---|', ...rows].join('\n')
  const facts = `Version ${version}. Needs the scope \`${scope}\`.`
  const json = ['```json', JSON.stringify({ type: name, version, data: example }, null, 2), '```'].join('\n')
  return [`### ${name}`, `${summary} ${facts}`, table, json].join('\n\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
