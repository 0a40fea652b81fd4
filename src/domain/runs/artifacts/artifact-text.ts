/** The whole text of an artifact, for those who work on it as a text. */
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { missingScopes } from '../../../core/operation/scopes.ts'
import { readArtifact } from './artifacts.ts'

/** Bytes of a character at most, however a text is written. */
const CHARACTER_MAX_BYTES = 4

/** What reading an artifact elsewhere needs. */
const SCOPE = 'runs:read'

/** @throws AppError `not_found`, `forbidden`; `invalid_input` for a file that is not text, empty or longer than `maxChars` */
export async function readArtifactText(
  ctx: Pick<Context, 'db' | 'actor'>,
  artifactId: string,
  maxChars: number,
): Promise<string> {
  if (missingScopes(ctx.actor.scopes, [SCOPE]).length > 0)
    throw new AppError('forbidden', `Reading a file needs ${SCOPE}, which you do not have.`, {
      fix: `Use a key with ${SCOPE}, or give the text itself.`,
    })
  const whole = { offset: 0, lengthBytes: maxChars * CHARACTER_MAX_BYTES }
  const { artifact, piece } = await readArtifact(ctx, artifactId, whole)
  if (piece.encoding !== 'text') throw refused(`${artifact.name} is not text.`, 'Name a text file.')
  const text = piece.content.replace(/^\ufeff/, '').trim()
  if (text === '') throw refused(`${artifact.name} has no words.`, 'Name a file that has some.')
  if (piece.nextOffset !== null || text.length > maxChars)
    throw refused(
      `${artifact.name} has more than ${maxChars} characters.`,
      'Send the part that matters, as a file of its own or as a message.',
    )
  return text
}

function refused(message: string, fix: string): AppError {
  return new AppError('invalid_input', message, { fix, issues: [{ path: 'artifactId', message }] })
}
