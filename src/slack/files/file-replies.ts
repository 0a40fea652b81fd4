/** Replies about the files of a message. */
import type { Chat, Reply } from '../../chat/reply.ts'
import type { ReceivedFiles, RefusedFile } from './receive-files.ts'

export const NO_FILES: ReceivedFiles = { kept: [], refused: [] }

/** What an assistant is asked where somebody sends files and says nothing. */
const FILES_ALONE =
  'I send you files without further words. Look at those that you can read, say briefly what they are, and what you could do with them.'

/** The words of a message as an assistant is told them. */
export function wordsWith({ kept }: ReceivedFiles, text: string): string {
  return text === '' && kept.length > 0 ? FILES_ALONE : text
}

/** The words of a message as the history has them. */
export function textWith({ kept }: ReceivedFiles, text: string): string {
  const files = kept.map(({ id, name }) => `[file ${id} ${JSON.stringify(name)}]`)
  return [...(text === '' ? [] : [text]), ...files].join('\n')
}

const FILE_LINES = /(?:(?:^|\n)\[file [^\n]*\])+$/

/** New words for a message of the history. Its files stay with it. */
export function reworded(kept: string, text: string): string {
  const [files = ''] = FILE_LINES.exec(kept) ?? []
  return `${text}${files}`.trim()
}

/** What to say in place of a message that means nothing by itself: the one thing that can be done with its one file. */
export function onlyOffer(chat: Pick<Chat, 'offersFor'>, { kept }: ReceivedFiles): string | undefined {
  const [file, ...others] = kept
  if (file === undefined || others.length > 0) return undefined
  const [offer, ...more] = chat.offersFor(file)
  return more.length > 0 ? undefined : offer?.say
}

/** Buttons for the files of one reply. */
const OFFERS_MAX = 10

/** Empty where no file was kept. */
export function keptReplies(chat: Pick<Chat, 'offersFor'>, { kept }: ReceivedFiles): Reply[] {
  if (kept.length === 0) return []
  const actions = kept.flatMap((file) => chat.offersFor(file)).slice(0, OFFERS_MAX)
  const names = kept.map(({ name }) => name).join(', ')
  const rest = actions.length === 0 ? ` ${NOTHING_TO_DO}` : ''
  return [{ text: `I keep ${names}.${rest}`, actions }]
}

const NOTHING_TO_DO =
  'Without a model there is nothing that I can do with it by myself; of text files, I can make tasks.'

export function refusedReplies({ refused }: ReceivedFiles): Reply[] {
  if (refused.length === 0) return []
  return [{ text: refused.map(refusedText).join('\n'), actions: [] }]
}

function refusedText({ name, why, fix }: RefusedFile): string {
  return `I could not take ${name}: ${why}. ${fix}`.trim()
}
