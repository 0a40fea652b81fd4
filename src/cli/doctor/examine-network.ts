/** The doctor's checks between programs: the running gateway, and the port for a future one. */
import type { Config } from '../../config/config.ts'
import type { Finding } from '../../core/area/check.ts'
import { AppError } from '../../core/errors.ts'
import { crossesInTheClear } from '../../core/loopback.ts'
import type { RunningGateway } from '../connect/find-gateway.ts'
import { listenOnce } from '../connect/listen-once.ts'

const ANSWER_MAX_MS = 2000

export async function examineNetwork(
  config: Config,
  gateway: RunningGateway | AppError | undefined,
  version: string,
): Promise<Finding[]> {
  return [
    await examineGateway(gateway, version),
    ...(gateway ? [] : [await examinePort(config)]),
    ...(config.url === undefined ? [] : [await examineNamed(config.url, config)]),
  ]
}

async function examineGateway(
  gateway: RunningGateway | AppError | undefined,
  version: string,
): Promise<Finding> {
  const name = 'Gateway'
  if (gateway instanceof AppError) return { name, state: 'fail', found: gateway.message, fix: gateway.fix }
  if (!gateway) return { name, state: 'ok', found: 'none runs here; npm start starts one' }
  const theirs = await versionAt(gateway.url)
  const found = `${gateway.url}, process ${gateway.pid}${theirs === undefined ? '' : `, version ${theirs}`}`
  if (theirs === undefined || theirs === version) return { name, state: 'ok', found }
  const fix = `Restart it: the command line is version ${version}.`
  return { name, state: 'warn', found, fix }
}

async function examinePort({ host, port }: Config): Promise<Finding> {
  const name = 'Port'
  const problem = await listenOnce(host, port)
  if (problem === undefined) return { name, state: 'ok', found: `${host}:${port} is free` }
  if (problem === 'EADDRINUSE') {
    return {
      name,
      state: 'fail',
      found: `${host}:${port} is taken`,
      fix: 'Stop what uses it, or set PORT to another.',
    }
  }
  return {
    name,
    state: 'fail',
    found: `${host}:${port} cannot be used (${problem})`,
    fix: 'Set HOST to an address of this machine, and PORT to a port that you may listen on.',
  }
}

async function examineNamed(url: string, { key, allowsPlainHttp }: Config): Promise<Finding> {
  const name = 'SWITCHBOARD_URL'
  const theirs = await versionAt(url)
  if (theirs === undefined) {
    return {
      name,
      state: 'fail',
      found: `no gateway answers at ${url}`,
      fix: 'Start it, correct the address, or unset the variable.',
    }
  }
  if (key !== undefined && crossesInTheClear(url)) {
    const [state, found] = allowsPlainHttp
      ? (['warn', 'others can read your key'] as const)
      : (['fail', 'your key is not sent there'] as const)
    return { name, state, found: `${url} is not encrypted: ${found}`, fix: 'Use https.' }
  }
  return { name, state: 'ok', found: `${url}, version ${theirs}` }
}

/** The version of the gateway at `url`, from its own description. */
async function versionAt(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/openapi.json`, { signal: AbortSignal.timeout(ANSWER_MAX_MS) })
    const description: unknown = await response.json()
    return versionIn(description)
  } catch {
    return undefined
  }
}

function versionIn(description: unknown): string | undefined {
  if (typeof description !== 'object' || description === null || !('info' in description)) return undefined
  const { info } = description
  if (typeof info !== 'object' || info === null || !('version' in info)) return undefined
  return typeof info.version === 'string' ? info.version : undefined
}
