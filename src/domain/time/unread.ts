/** A reader's answer for words of its kind that cannot be used: which part, why, and what to write instead. */
export interface Unread {
  /** A clause without its full stop: `there is no 31 June`. */
  readonly unread: string
  /** What to write instead, as a sentence. */
  readonly instead: string
}

/** The clause as a sentence: `There is no 31 June.` */
export function unreadSentence({ unread }: Unread): string {
  return `${unread.charAt(0).toUpperCase()}${unread.slice(1)}.`
}

export function isUnread(read: unknown): read is Unread {
  return typeof read === 'object' && read !== null && 'unread' in read
}
