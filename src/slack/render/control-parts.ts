/** Controls as rows: what is set at the left, and the select or the time picker at the right. */

import { isDeepStrictEqual } from 'node:util'
import type { PlainTextOption, SectionBlock } from '@slack/types'
import type { Control, ControlOption } from '../../core/form/control.ts'
import { plain } from './action-parts.ts'

/** A control whose call is kept by this id. */
export type ShownControl = Control & { readonly id: string }

/** How the ids of controls begin in Slack: what is chosen there becomes a field of a call. */
export const CONTROL = 'control:'

const LABEL_MAX_CHARS = 3_000
const OPTION_MAX_CHARS = 75
/** The most options of a select, and of one group of them. */
const OPTIONS_MAX = 100

export function controlBlock(control: ShownControl): SectionBlock {
  return {
    type: 'section',
    text: plain(control.label, LABEL_MAX_CHARS),
    accessory: accessoryOf(control),
  }
}

function accessoryOf(control: ShownControl): NonNullable<SectionBlock['accessory']> {
  const action_id = `${CONTROL}${control.id}`
  if (control.kind === 'time') return { type: 'timepicker', action_id, initial_time: control.chosen }
  const options = control.options.map(optionOf)
  const isChosen = (option: ControlOption) =>
    control.kind === 'several'
      ? control.chosen.some((value) => isDeepStrictEqual(value, option.value))
      : isDeepStrictEqual(control.chosen, option.value)
  const chosen = control.options.filter(isChosen).map(optionOf)
  if (control.kind === 'several')
    return {
      ...{ type: 'multi_static_select', action_id, options },
      placeholder: plain(control.none, OPTION_MAX_CHARS),
      ...(chosen.length > 0 && { initial_options: chosen }),
    }
  const [initial] = chosen
  return {
    ...{ type: 'static_select', action_id, ...(initial && { initial_option: initial }) },
    ...(options.length <= OPTIONS_MAX ? { options } : { option_groups: groupsOf(options) }),
  }
}

function optionOf({ value, label }: ControlOption): PlainTextOption {
  return { text: plain(label, OPTION_MAX_CHARS), value: JSON.stringify(value) }
}

/** As many groups as hold all options, each named by its first and last one. */
function groupsOf(options: readonly PlainTextOption[]) {
  return options.flatMap((_, at) => {
    if (at % OPTIONS_MAX !== 0) return []
    const group = options.slice(at, at + OPTIONS_MAX)
    const names = [group[0], group.at(-1)].map((option) => option?.text.text ?? '')
    return [{ label: plain(names.join(' … '), OPTION_MAX_CHARS), options: group }]
  })
}
