/** What a process uses, as Linux reports it. */
import { readdirSync, readFileSync } from 'node:fs'

/** The clock ticks per second in which Linux counts a process's time. */
const TICKS_PER_SECOND = 100
const BYTES_PER_KB = 1024
const BYTES_PER_MB = 1_000_000

const FIELDS_BEFORE_STATE = 2
const PARENT = 3 - FIELDS_BEFORE_STATE
const USER_TICKS = 13 - FIELDS_BEFORE_STATE
const SYSTEM_TICKS = 14 - FIELDS_BEFORE_STATE

/** Whether this system reports it. */
export const canTellUsage = process.platform === 'linux'

/** Memory in use by a process and its children, in MB. */
export function memoryMb(pid: number): number {
  const each = family(pid).map((member) => {
    const [, kilobytes = '0'] =
      /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${member}/status`, 'utf8')) ?? []
    return (Number(kilobytes) * BYTES_PER_KB) / BYTES_PER_MB
  })
  return sum(each)
}

/** Seconds of CPU that a process and its children have used. */
export function cpuSeconds(pid: number): number {
  const each = family(pid).map((member) => {
    const fields = statOf(member)
    return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND
  })
  return sum(each)
}

function family(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => parentOf(other) === pid)
  return [pid, ...children.flatMap(family)]
}

/** Undefined for a process that ended meanwhile. */
function parentOf(pid: number): number | undefined {
  try {
    return Number(statOf(pid)[PARENT])
  } catch {
    return undefined
  }
}

/** The fields after the program's name, which may contain spaces. */
function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
