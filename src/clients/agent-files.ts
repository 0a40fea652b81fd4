/** Agents in files: Markdown with YAML front matter, read from one folder and cached until a file changes. */
import { constants } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import type { Log } from '../core/operation/context.ts'
import { counted } from '../core/text/counts.ts'

/** The most bytes of one file: more than the longest instructions need. */
export const AGENT_FILE_MAX_BYTES = 256 * 1024

/** The most characters of front matter: parsing time grows with the square of the number of fields. */
const FRONT_MATTER_MAX_CHARS = 32 * 1024

/** The most files that are read, the first ones in order of name. */
export const AGENT_FILES_MAX = 200

/** An agent file as it is on disk, or why it could not be read. The caller checks its contents. */
export type AgentFile = ReadableFile | UnreadableFile

interface ReadableFile {
  /** The file's name without its extension. */
  readonly slug: string
  /** The path to show to people, from the parent folder on. */
  readonly path: string
  readonly frontMatter: unknown
  readonly instructions: string
}

interface UnreadableFile {
  readonly slug: string
  readonly path: string
  /** The problem in words that continue the path. */
  readonly problem: string
}

export interface AgentFiles {
  list(): Promise<readonly AgentFile[]>
}

declare module '../core/operation/context.ts' {
  interface Resources {
    readonly agentFiles: AgentFiles
  }
}

interface Kept {
  /** Changes whenever the file does. */
  readonly stamp: string
  readonly file: AgentFile
}

/**
 * Reads `*.md` in `folder`; a missing folder contains no agents. `README.md` and names with a leading `.` or `_` are
 * not agents.
 */
export function createAgentFiles(folder: string, log: Log): AgentFiles {
  let kept = new Map<string, Kept>()
  return {
    async list() {
      const found = await namesIn(folder, log)
      if (found === undefined) return []
      const next = new Map<string, Kept>()
      for (const [index, name] of found.names.entries()) {
        const known = kept.get(name)
        const current = index < AGENT_FILES_MAX ? await look(found.root, name, known) : tooMany(name)
        if (current === undefined) continue
        next.set(name, current)
        if ('problem' in current.file && current.stamp !== known?.stamp) {
          const { path, problem } = current.file
          log.warn({ path, problem }, 'an agent file cannot be used')
        }
      }
      kept = next
      return [...next.values()].map(({ file }) => file)
    },
  }
}

const ENDING = '.md'

async function namesIn(folder: string, log: Log): Promise<{ root: string; names: string[] } | undefined> {
  try {
    const root = await realpath(folder)
    const names = (await readdir(root)).filter((name) => name.endsWith(ENDING) && !isNoAgent(name))
    return { root, names: names.sort() }
  } catch (err) {
    if (codeOf(err) !== 'ENOENT') log.warn({ err, folder }, 'the folder of agents cannot be read')
    return undefined
  }
}

function isNoAgent(name: string): boolean {
  return name.startsWith('.') || name.startsWith('_') || name.toLowerCase() === 'readme.md'
}

/** The file as it is now; undefined: it has disappeared since the folder was read. */
async function look(root: string, name: string, known: Kept | undefined): Promise<Kept | undefined> {
  try {
    const path = await realpath(join(root, name))
    if (!path.startsWith(root + sep)) return broken(name, 'is a link that leads out of the folder', 'outside')
    const found = await stat(path)
    const stamp = `${path} ${found.ino} ${found.mtimeMs} ${found.size}`
    if (known?.stamp === stamp) return known
    if (!found.isFile()) return broken(name, 'is not a file', stamp)
    if (found.size > AGENT_FILE_MAX_BYTES) return broken(name, tooLarge(found.size), stamp)
    return { stamp, file: await read(path, name) }
  } catch (err) {
    const code = codeOf(err)
    if (code === undefined) throw err
    return code === 'ENOENT' ? undefined : broken(name, `cannot be read (${code})`, code)
  }
}

async function read(path: string, name: string): Promise<AgentFile> {
  // Does not follow a link that has replaced the file since it was checked, and does not wait for the writer of a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const buffer = Buffer.alloc(AGENT_FILE_MAX_BYTES + 1)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    if (bytesRead > AGENT_FILE_MAX_BYTES) return broken(name, tooLarge(bytesRead), '').file
    return await parse(name, buffer.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}

async function parse(name: string, bytes: Uint8Array): Promise<AgentFile> {
  const text = decode(bytes)
  if (text === undefined) return broken(name, 'is not UTF-8 text', '').file
  const parts = split(text)
  if (parts === undefined)
    return broken(name, 'has front matter without an end: the closing --- is missing', '').file
  const { length } = parts.frontMatter
  if (length > FRONT_MATTER_MAX_CHARS) {
    const problem = `has too much front matter: ${counted(length, 'character')}, where ${FRONT_MATTER_MAX_CHARS} are read`
    return broken(name, problem, '').file
  }
  // Loaded only when there is a file: most starts never need it.
  const { parseDocument } = await import('yaml')
  // The empty line takes the place of the first ---, so that line numbers match the file.
  const document = parseDocument(`\n${parts.frontMatter}`)
  const [fault] = [...document.errors, ...document.warnings]
  if (fault) return broken(name, `front matter: ${firstLine(fault.message)}`, '').file
  try {
    const frontMatter: unknown = document.toJS()
    return { ...nameOf(name), frontMatter: frontMatter ?? {}, instructions: parts.instructions.trim() }
  } catch (err) {
    // An alias that expands without limit, or that refers to nothing.
    const reason = err instanceof Error ? firstLine(err.message) : 'cannot be read'
    return broken(name, `front matter: ${reason}`, '').file
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const FENCE = /^---[ \t]*$/

/** The text between two lines of `---` at the top, and the text after them; undefined: the second line is missing. */
function split(text: string): { frontMatter: string; instructions: string } | undefined {
  const lines = text.split(/\r?\n/)
  if (!FENCE.test(lines[0] ?? '')) return { frontMatter: '', instructions: text }
  const end = lines.findIndex((line, index) => index > 0 && FENCE.test(line))
  if (end === -1) return undefined
  return { frontMatter: lines.slice(1, end).join('\n'), instructions: lines.slice(end + 1).join('\n') }
}

function tooMany(name: string): Kept {
  return broken(name, `is one too many: the first ${AGENT_FILES_MAX} are read`, 'too many')
}

function tooLarge(bytes: number): string {
  return `is too large: ${counted(bytes, 'byte')}, where ${AGENT_FILE_MAX_BYTES} are read`
}

function broken(name: string, problem: string, stamp: string): Kept {
  return { stamp, file: { ...nameOf(name), problem } }
}

function nameOf(name: string): { slug: string; path: string } {
  // The name is shown on terminals, where control characters would take effect.
  const shown = name.replace(/\p{Cc}/gu, '?')
  return { slug: basename(shown, ENDING), path: `agents/${shown}` }
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/:$/, '')
}

/** The system's error code; undefined: the error did not come from the system. */
function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined
}
