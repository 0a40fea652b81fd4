/** artifacts.read: a file that a run made or a person sent, one bounded piece at a time. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { CHARACTER_MAX_BYTES } from '../../domain/runs/artifacts/artifact-piece.ts'
import {
  ArtifactId,
  ArtifactPiece,
  readArtifact as readArtifactIn,
} from '../../domain/runs/artifacts/artifacts.ts'
import { SENT_FILE_LIMIT_BYTES } from '../../domain/runs/artifacts/sent-files.ts'

/** Bytes of one piece. */
const PIECE = { default: 16 * 1024, max: 64 * 1024 } as const

export const readArtifact = defineOperation({
  name: 'artifacts.read',
  summary: 'Read a file that a run made or that was sent with a message, a piece at a time.',
  details:
    'Text is cut between characters: a piece may end a few bytes early, and nextOffset says where to read on.',
  keywords:
    'open, show, view, get, download, contents of a document, output, attachment, file an agent, job wrote',
  route: 'GET /v1/artifacts/:artifactId',
  input: z.object({
    artifactId: ArtifactId,
    offset: z.int().min(0).max(SENT_FILE_LIMIT_BYTES).default(0).describe('Byte to begin at'),
    lengthBytes: z.int().min(CHARACTER_MAX_BYTES).max(PIECE.max).default(PIECE.default),
  }),
  output: ArtifactPiece,
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { artifactId: exampleId('artifact') },
  async run({ artifactId, ...part }, ctx) {
    const { artifact, piece } = await readArtifactIn(ctx, artifactId, part)
    return { artifact, ...piece }
  },
  tell({ artifact, encoding, content, nextOffset }) {
    const about = encoding === 'text' ? artifact.name : `${artifact.name} (base64)`
    return `${about}\n\n${content}${nextOffset === null ? '' : `\n\nMore: offset ${nextOffset}`}`
  },
  next: ({ artifact, nextOffset }) =>
    nextOffset === null
      ? []
      : [{ operation: 'artifacts.read', input: { artifactId: artifact.id, offset: nextOffset } }],
})
