/** Which addresses and events a webhook may have. */
import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Event } from '../../core/operation/event.ts'
import { grants, type Scope } from '../../core/operation/scopes.ts'
import { targetFault } from '../../core/outbound/target.ts'

declare module '../../core/operation/context.ts' {
  interface Resources {
    /** Every event of the gateway. */
    readonly events: readonly Event[]
  }
}

/** @throws AppError `invalid_input` for an address that requests must not go to */
export function assertUrl(text: string, hosts: readonly string[]): void {
  const fault = targetFault(new URL(text), hosts)
  if (fault === undefined) return
  throw new AppError('invalid_input', `The address ${fault}.`, {
    fix: 'Give an https:// address on the public internet, or have the operator allow the host (SWITCHBOARD_WEBHOOK_HOSTS).',
    issues: [{ path: 'url', message: fault }],
  })
}

/**
 * The scopes of the events that the caller may read; a webhook hears nothing that its maker could not.
 * @throws AppError `invalid_input` for a pattern of no event, `forbidden` for one that the caller may read nothing of
 */
export function scopesFor(
  patterns: readonly string[],
  { events, actor }: { readonly events: readonly Event[]; readonly actor: Pick<Actor, 'scopes'> },
): Scope[] {
  for (const pattern of patterns) {
    const meant = events.filter((event) => event.patterns.includes(pattern))
    if (meant.length === 0) throw noEvent(pattern, events)
    if (meant.some(({ scope }) => grants(actor.scopes, scope))) continue
    throw new AppError('forbidden', `You may not read ${pattern}: it needs ${meant[0]?.scope}.`, {
      fix: 'Leave it out, or use a key with that scope.',
    })
  }
  const scopes = new Set(events.map(({ scope }) => scope))
  return [...scopes].filter((scope) => grants(actor.scopes, scope))
}

function noEvent(pattern: string, events: readonly Event[]): AppError {
  const message = `No event is meant by ${JSON.stringify(pattern)}.`
  const names = events.map(({ name }) => name).join(', ')
  return new AppError('invalid_input', message, {
    fix: `Name events, or patterns such as task.* and *. The events are ${names}.`,
    issues: [{ path: 'events', message: 'an event or a pattern of events' }],
  })
}
