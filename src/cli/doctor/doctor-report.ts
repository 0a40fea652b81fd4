/** Shows the doctor's findings. */
import type { Finding } from '../../core/area/check.ts'
import type { Terminal } from '../terminal.ts'

/** Returns the exit code: 1 when a check fails. */
export function showFindings(findings: readonly Finding[], { out }: Terminal, asJson: boolean): number {
  const failed = findings.some(({ state }) => state === 'fail')
  if (asJson) {
    out.write(`${JSON.stringify({ ok: !failed, findings }, null, out.isTerminal ? 2 : undefined)}\n`)
    return failed ? 1 : 0
  }
  const { green, yellow, red, bold, dim } = out.colours
  const marks = { ok: green('✓'), warn: yellow('!'), fail: red('✗') }
  const width = Math.max(...findings.map(({ name }) => name.length))
  for (const { name, state, found, fix } of findings) {
    out.write(`${marks[state]} ${bold(name.padEnd(width))}  ${found}\n`)
    if (fix !== undefined && state !== 'ok') out.write(`${' '.repeat(width + 4)}${dim('→')} ${fix}\n`)
  }
  const troubled = findings.filter(({ state }) => state !== 'ok').length
  out.write(
    `\n${troubled === 0 ? green('All is well.') : `${troubled} of ${findings.length} need a look.`}\n`,
  )
  return failed ? 1 : 0
}
