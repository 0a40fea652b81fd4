/** Checks everything that a gateway depends on, one thing after another; a failure of one does not hide the next. */

import type { Config } from '../../config/config.ts'
import type { Finding } from '../../core/area/check.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import { redactText } from '../../core/text/redact.ts'
import { findGateway } from '../connect/find-gateway.ts'
import { examineAccess } from './examine-access.ts'
import { examineMachine } from './examine-machine.ts'
import { examineMail, type MailProbe } from './examine-mail.ts'
import { examineNetwork } from './examine-network.ts'
import { examineStore, type StoreProbes } from './examine-store.ts'

export interface ExamineParts extends StoreProbes, MailProbe {
  readonly version: string
  /** @throws AppError when a variable is not valid */
  readConfig(): Config
}

export function createExamine(parts: ExamineParts) {
  return async () => (await examine(parts)).map(withoutSecrets)
}

/** Secrets are masked in everything that a finding repeats. */
function withoutSecrets({ found, fix, ...rest }: Finding): Finding {
  return { ...rest, found: redactText(found), fix: fix === undefined ? undefined : redactText(fix) }
}

async function examine(parts: ExamineParts): Promise<readonly Finding[]> {
  const config = configOf(parts)
  if (config instanceof AppError) return [configFinding(config), ...examineMachine(undefined)]
  const gateway = await findGateway(config.home).catch(toAppError)
  const running = gateway instanceof AppError ? undefined : gateway
  return [
    configFinding(config),
    ...examineMachine(config),
    ...(await examineAreas(config)),
    examineAccess(config),
    ...(await examineNetwork(config, gateway, parts.version)),
    ...(await examineStore(config, running, parts)),
    await examineMail(config, parts),
  ]
}

/** The checks of areas. A check that throws becomes a finding like any other. */
async function examineAreas({ areas, settings }: Config): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { name, examine } of areas.flatMap((area) => area.checks)) {
    try {
      findings.push({ name, ...(await examine(settings)) })
    } catch (thrown) {
      const { message, fix } = toAppError(thrown)
      findings.push({ name, state: 'fail', found: message, fix })
    }
  }
  return findings
}

function configOf(parts: ExamineParts): Config | AppError {
  try {
    return parts.readConfig()
  } catch (thrown) {
    return toAppError(thrown)
  }
}

function configFinding(config: Config | AppError): Finding {
  const name = 'Configuration'
  if (config instanceof AppError) return { name, state: 'fail', found: config.message, fix: config.fix }
  const [warning, ...more] = config.warnings
  if (warning === undefined) return { name, state: 'ok', found: 'every variable is valid' }
  return { name, state: 'warn', found: [warning, ...more].join(' '), fix: 'Correct the name, or unset it.' }
}
