/** What Slack reports when somebody presses a button, chooses from a menu or submits a form. */
import { z } from 'zod'
import { CONTROL } from '../render/control-parts.ts'
import { FORM, type FormState } from '../render/form.ts'
import { RESPONSE_USES_MAX, type ResponsePlace } from './post-reply.ts'

/** Where the message with the button is. */
const PressedAt = z.object({
  teamId: z.string(),
  /** That of the user where there is no message: in the home tab. */
  channelId: z.string(),
  threadTs: z.string().optional(),
  /** Only that user sees the message, so it is changed by this address. */
  responseUrl: z.string().optional(),
})
export type PressedAt = z.output<typeof PressedAt>

export interface Pressed {
  /** Of the action, as the gateway keeps it. */
  readonly actionId: string
  readonly userId: string
  readonly at: PressedAt
  /** What was entered; undefined: it was a button or a menu. */
  readonly entered?: FormState | undefined
  /** Chosen in a control: what a field becomes, unchecked; undefined: it is no control. */
  readonly chosen?: { readonly value: unknown } | undefined
  /** Chosen from a menu, which is for those who want to add words. */
  readonly isFromMenu: boolean
  /** Opens a form, within three seconds. */
  readonly triggerId: string
}

/**
 * Where the answer goes to a press in what was answered to a command. The bot may not be in that channel. Private answers
 * elsewhere are in threads.
 */
export function responseTo({
  at: { responseUrl, threadTs },
}: Pick<Pressed, 'at'>): ResponsePlace | undefined {
  // The message that was pressed is replaced by it, too.
  return responseUrl === undefined || threadTs !== undefined
    ? undefined
    : { url: responseUrl, usesLeft: RESPONSE_USES_MAX - 1 }
}

const Option = z.object({ value: z.string() })
const User = z.object({ id: z.string(), team_id: z.string().optional() })
const Team = z.object({ id: z.string() }).nullish()

const Clicked = z.object({
  type: z.literal('block_actions'),
  team: Team,
  user: User,
  trigger_id: z.string(),
  response_url: z.string().optional(),
  container: z.looseObject({
    channel_id: z.string().optional(),
    thread_ts: z.string().optional(),
    is_ephemeral: z.boolean().default(false),
  }),
  message: z.looseObject({ thread_ts: z.string().optional() }).optional(),
  actions: z
    .array(
      z.object({
        ...{ action_id: z.string(), value: z.string().nullish(), selected_option: Option.nullish() },
        ...{ selected_options: z.array(Option).nullish(), selected_time: z.string().nullish() },
      }),
    )
    .min(1),
})

const Entered = z.looseObject({
  value: z.string().nullish(),
  selected_option: Option.nullish(),
  selected_options: z
    .array(Option)
    .nullish()
    .transform((options) => options ?? undefined),
})

const Submitted = z.object({
  type: z.literal('view_submission'),
  team: Team,
  user: User,
  trigger_id: z.string().default(''),
  view: z.object({
    callback_id: z.literal(FORM),
    private_metadata: z.string(),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), Entered)) }),
  }),
})

/** What a form keeps while it is open. */
const FormPlace = z.object({ actionId: z.string(), at: PressedAt })

export function formPlace(place: z.input<typeof FormPlace>): string {
  return JSON.stringify(place)
}

/** Undefined: it is no form of the gateway. */
export function placeInForm(kept: string): z.output<typeof FormPlace> | undefined {
  try {
    return FormPlace.safeParse(JSON.parse(kept)).data
  } catch {
    return undefined
  }
}

/** Undefined: it is something else. */
export function readPressed(payload: unknown): Pressed | undefined {
  const clicked = Clicked.safeParse(payload)
  if (clicked.success) return ofClick(clicked.data)
  const submitted = Submitted.safeParse(payload)
  return submitted.success ? ofForm(submitted.data) : undefined
}

function ofClick(clicked: z.output<typeof Clicked>): Pressed | undefined {
  const { actions, user, trigger_id: triggerId } = clicked
  const [action] = actions
  if (action?.action_id.startsWith(CONTROL)) return ofControl(clicked, action)
  const chosen = action?.selected_option?.value
  const actionId = chosen ?? action?.value
  const at = placeOf(clicked)
  if (typeof actionId !== 'string' || at === undefined) return undefined
  return { actionId, triggerId, userId: user.id, at, isFromMenu: chosen !== undefined }
}

type Action = z.output<typeof Clicked>['actions'][number]

/** The options were made by `controlBlock`, and people cannot change them; the call checks what it is given. */
function ofControl(clicked: z.output<typeof Clicked>, action: Action): Pressed | undefined {
  const at = placeOf(clicked)
  if (at === undefined) return undefined
  const { selected_option: one, selected_options: several, selected_time: time } = action
  const read = ({ value }: z.output<typeof Option>): unknown => JSON.parse(value)
  const value = several ? several.map(read) : one ? read(one) : (time ?? null)
  const actionId = action.action_id.slice(CONTROL.length)
  const { user, trigger_id: triggerId } = clicked
  return { actionId, triggerId, userId: user.id, at, isFromMenu: false, chosen: { value } }
}

function placeOf({ team, user, message, container, response_url }: z.output<typeof Clicked>) {
  const teamId = team?.id ?? user.team_id
  const { channel_id: channelId = user.id, is_ephemeral: isOnlyTheirs } = container
  const threadTs = message?.thread_ts ?? container.thread_ts
  if (teamId === undefined) return undefined
  return {
    ...{ teamId, channelId },
    ...(threadTs !== undefined && { threadTs }),
    ...(isOnlyTheirs && { responseUrl: response_url }),
  }
}

function ofForm({ user, view, trigger_id: triggerId }: z.output<typeof Submitted>): Pressed {
  // It was written by `formPlace`, and people cannot change it.
  const { actionId, at } = FormPlace.parse(JSON.parse(view.private_metadata))
  return { actionId, at, userId: user.id, triggerId, isFromMenu: false, entered: view.state.values }
}
