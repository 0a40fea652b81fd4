/** The master keys of this process: the current one seals, the others still open what they sealed. */
import { AppError } from '../../core/errors.ts'
import type { KeyFile } from './key-file.ts'
import { type MasterKey, masterKeyOf } from './master-key.ts'

export interface KeyRing {
  /** Where the current key comes from. */
  readonly source: 'environment' | 'file' | 'nowhere'
  /**
   * Every key, the current one first; none where no secret is set and no file was written yet.
   * @throws AppError when the key file cannot be used
   */
  all(): readonly MasterKey[]
  /**
   * The key that seals. A key file without a secret gets one.
   * @throws AppError `not_configured` where no secret is set; when the key file cannot be used
   */
  current(): MasterKey
  /** The key with this id: perhaps one that another process has just put into the key file. */
  find(id: string): MasterKey | undefined
  /** Makes a new key the current one, where the keys are in a file. */
  replaceCurrent(): void
  /** Forgets the keys with other ids, where the keys are in a file. */
  keep(ids: readonly string[]): void
}

export interface KeySources {
  /** From the environment, the current one first. */
  readonly secrets: readonly string[]
  /** Absent where several machines may share a store. */
  readonly file?: KeyFile | undefined
}

export function createKeyRing({ secrets, file }: KeySources): KeyRing {
  const given = secrets.map(masterKeyOf)
  const source = given.length > 0 ? 'environment' : file === undefined ? 'nowhere' : 'file'
  let filed: readonly MasterKey[] | undefined

  /** Deriving a key takes less than reading the file. */
  function readFile(): readonly MasterKey[] {
    filed = file?.read().map(masterKeyOf) ?? []
    return filed
  }

  function all(): readonly MasterKey[] {
    return [...given, ...(filed ?? readFile())]
  }

  function find(id: string): MasterKey | undefined {
    const isAsked = (key: MasterKey) => key.id === id
    return all().find(isAsked) ?? readFile().find(isAsked)
  }

  function replaceCurrent(): void {
    if (source !== 'file') return
    file?.addSecret()
    readFile()
  }

  return {
    source,
    all,
    find,
    current() {
      if (all().length === 0) replaceCurrent()
      const [key] = all()
      if (key === undefined) throw noSecret()
      return key
    },
    replaceCurrent,
    keep(ids) {
      if (source !== 'file') return
      file?.keepSecrets((secret) => ids.includes(masterKeyOf(secret).id))
      readFile()
    },
  }
}

function noSecret(): AppError {
  return new AppError('not_configured', 'A secret cannot be sealed: SWITCHBOARD_SECRET is not set.', {
    fix: 'Make a secret once and keep it: openssl rand -base64 32. Set SWITCHBOARD_SECRET to it for every gateway and worker of this database, restart them, and call again. A command that opens the database itself needs it in its own environment too.',
  })
}
