/** Phrases, in which areas write what people type: `snooze <task> [until|to] <when>`. */

/** One place of a phrase. */
export type Part =
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'slot'; readonly name: string }
  /** One of these sequences; an empty one where the place may be left out. */
  | { readonly kind: 'choice'; readonly choices: readonly (readonly Part[])[] }

const TOKEN = /<([a-zA-Z]+)>|[()[\]|]|[^\s()[\]|<>]+/g

/** @throws Error at start-up for a phrase that cannot be read */
export function parsePhrase(phrase: string): readonly Part[] {
  const tokens = [...phrase.matchAll(TOKEN)]
  let next = 0

  function sequence(): Part[] {
    const parts: Part[] = []
    for (;;) {
      const token = tokens[next]
      if (token === undefined || /^[)\]|]$/.test(token[0])) return parts
      next += 1
      if (token[0] === '(' || token[0] === '[') parts.push(choice(token[0]))
      else if (token[1] !== undefined) parts.push({ kind: 'slot', name: token[1] })
      else parts.push({ kind: 'word', word: token[0].toLowerCase() })
    }
  }

  function choice(opening: string): Part {
    const choices = [sequence()]
    while (tokens[next]?.[0] === '|') {
      next += 1
      choices.push(sequence())
    }
    if (tokens[next]?.[0] !== (opening === '(' ? ')' : ']'))
      throw new Error(`the phrase "${phrase}" has a bracket that is not closed`)
    next += 1
    return { kind: 'choice', choices: opening === '[' ? [...choices, []] : choices }
  }

  const parts = sequence()
  if (next < tokens.length || parts.length === 0) throw new Error(`the phrase "${phrase}" cannot be read`)
  return parts
}

/** The words of a phrase that people type as they are. */
export function fixedWords(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => {
    if (part.kind === 'word') return [part.word]
    return part.kind === 'choice' ? part.choices.flatMap(fixedWords) : []
  })
}
