/** The doctor's checks of this machine: Node, folder, key, clock. */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Config } from '../../config/config.ts'
import type { Finding } from '../../core/area/check.ts'
import { exposureOf } from '../../core/exposure.ts'
import { FREE_MIN_BYTES } from '../../domain/db/embedded/store-folder.ts'
import { systemTimeZone } from '../../domain/time/zones/time-zone.ts'
import { keyFileOf } from '../connect/key-file.ts'

/** With fewer free bytes a store may soon be unable to write. */
const FREE_ENOUGH_BYTES = 500_000_000
const GIGABYTE = 1e9
const MEGABYTE = 1e6

/** A clock before the release of this program was never set. */
const CLOCK_MIN_YEAR = 2026

export function examineMachine(config: Config | undefined): Finding[] {
  return [
    examineNode(),
    ...(config ? [examineHome(config), examineKeyFile(config)] : []),
    examineClock(config),
  ]
}

function examineNode(): Finding {
  return {
    name: 'Node',
    state: 'ok',
    found: `${process.versions.node} on ${process.platform} ${process.arch}`,
  }
}

function examineHome({ home, database }: Config): Finding {
  const name = 'Home folder'
  const existing = nearestExisting(home)
  const fix = `Make ${existing} writable for you, or set SWITCHBOARD_HOME to a folder that is.`
  try {
    accessSync(existing, constants.W_OK | constants.X_OK)
    if (!statSync(existing).isDirectory())
      return { name, state: 'fail', found: `${existing} is not a folder`, fix }
  } catch {
    return { name, state: 'fail', found: `${home} cannot be written to`, fix }
  }
  const { bavail, bsize } = statfsSync(existing)
  const free = bavail * bsize
  const found = `${home}, ${sizeOf(free)} free${existing === home ? '' : ' (will be created)'}`
  if (free >= FREE_ENOUGH_BYTES) return { name, state: 'ok', found }
  const room = 'Free some space, or set SWITCHBOARD_HOME to a folder on a larger disk.'
  if (database === undefined && free < FREE_MIN_BYTES)
    return { name, state: 'fail', found: `${found}: the store writes nothing`, fix: room }
  return { name, state: 'warn', found, fix: room }
}

function sizeOf(bytes: number): string {
  return bytes < GIGABYTE ? `${(bytes / MEGABYTE).toFixed(0)} MB` : `${(bytes / GIGABYTE).toFixed(1)} GB`
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path))
}

function examineKeyFile({ home, key }: Config): Finding {
  const name = 'Key'
  const path = keyFileOf(home)
  const stats = existsSync(path) ? statSync(path) : undefined
  if (!stats) return { name, state: 'ok', found: key === undefined ? 'none set' : 'in SWITCHBOARD_KEY' }
  switch (exposureOf(stats)) {
    case undefined:
      return { name, state: 'ok', found: `in ${path}` }
    case 'open':
      return { name, state: 'fail', found: `${path} can be read by others`, fix: `chmod 600 ${path}` }
    case 'foreign':
      return {
        name,
        state: 'fail',
        found: `${path} belongs to another user`,
        fix: `Replace it with your own file.`,
      }
  }
}

function examineClock(config: Config | undefined): Finding {
  const now = new Date()
  const timeZone = config?.timeZone ?? systemTimeZone()
  const local = now.toLocaleString('sv-SE', { timeZone })
  const found = `${local} in ${timeZone}`
  if (now.getFullYear() < CLOCK_MIN_YEAR) {
    return { name: 'Clock', state: 'fail', found, fix: 'Set the clock of this machine.' }
  }
  return { name: 'Clock', state: 'ok', found }
}
