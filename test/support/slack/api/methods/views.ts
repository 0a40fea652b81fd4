/** Modals and the app's home. */
import type { User } from '../../world/user.ts'
import { findView, MODALS_MAX, pushModal, replaceView, showHome } from '../../world/views.ts'
import type { Json, View } from '../../world/wire.ts'
import { type BotCall, botMethod, type Method, userOf } from '../method.ts'
import { viewOf } from '../payload.ts'
import { refuse } from '../refusal.ts'

export const VIEW_METHODS: readonly Method[] = [
  botMethod('views.open', { rate: 'tier4' }, (call) => {
    const view = modalOf(call)
    const user = triggeredBy(call)
    assertNewExternalId(call, view)
    return { view: shown(pushModal(user, view)) }
  }),

  botMethod('views.push', { rate: 'tier4' }, (call) => {
    const view = modalOf(call)
    const user = triggeredBy(call)
    if (user.modals.length === 0) refuse('not_found')
    if (user.modals.length >= MODALS_MAX) refuse('push_limit_reached')
    assertNewExternalId(call, view)
    return { view: shown(pushModal(user, view)) }
  }),

  botMethod('views.update', { rate: 'tier4' }, (call) => {
    const { args } = call
    const payload = viewOf(args)
    const [id, externalId] = [args.text('view_id'), args.text('external_id')]
    const found = findView(call.workspace.users.values(), (view) =>
      id === undefined ? externalId !== undefined && view.external_id === externalId : view.id === id,
    )
    if (found === undefined) return refuse('not_found')
    assertHash(call, found.view)
    return { view: shown(replaceView(found.user, found.view, payload)) }
  }),

  botMethod('views.publish', { rate: 'tier4' }, (call) => {
    const view = viewOf(call.args)
    if (view.type !== 'home') refuse('invalid_arguments')
    const user = userOf(call, 'user_id')
    if (user.options.isBot === true || user.isDeleted) refuse('not_enabled')
    assertHash(call, user.home)
    return { view: shown(showHome(user, view)) }
  }),
]

function modalOf({ args }: BotCall): Json {
  const view = viewOf(args)
  return view.type === 'modal' ? view : refuse('invalid_arguments')
}

/** The person whose click this answers; their click counts once, and for three seconds. */
function triggeredBy(call: BotCall): User {
  return call.takeTrigger(call.args.text('trigger_id') ?? call.args.need('interactivity_pointer'))
}

function assertHash({ args }: BotCall, present: View | undefined): void {
  const hash = args.text('hash')
  if (hash !== undefined && present !== undefined && hash !== present.hash) refuse('hash_conflict')
}

function assertNewExternalId({ workspace }: BotCall, view: Json): void {
  const { external_id: externalId } = view
  if (externalId === undefined || externalId === '') return
  const found = findView(workspace.users.values(), (each) => each.external_id === externalId)
  if (found !== undefined) refuse('duplicate_external_id')
}

function shown(view: View): View {
  return structuredClone(view)
}
