/** How a call identifies its caller to a gateway: a secret is sent only to a gateway that has proved itself. */
import { AppError } from '../../core/errors.ts'
import { crossesInTheClear, isLoopback } from '../../core/loopback.ts'
import { assertProven, type RunningGateway } from './find-gateway.ts'

/**
 * The value of the header `Authorization` for one call; undefined: no header.
 * @throws AppError when the secret may not be sent
 */
export type Authorize = () => Promise<string | undefined>

/**
 * For the gateway of this machine: the key, or without a key the machine's secret, which makes the caller its owner.
 * The gateway has to prove itself before each call, because it may have ended and left its port to another program
 * since the last one.
 */
export function authorizeFound(running: RunningGateway, key: string | undefined): Authorize {
  return async () => {
    await assertProven(running)
    return `Bearer ${key ?? running.secret}`
  }
}

/**
 * For a gateway that the person named: the key, if there is one. Over https the certificate proves who receives it, and
 * a gateway on this machine was named by the person; over plain http others on the network could read the key and use
 * it from then on.
 * @throws AppError `forbidden` when the key would cross a network unencrypted
 */
export function authorizeNamed(url: string, key: string | undefined, allowsPlainHttp: boolean): Authorize {
  if (key !== undefined && crossesInTheClear(url) && !allowsPlainHttp) throw inTheClear(url)
  return async () => key && `Bearer ${key}`
}

/** Whether a named address is the one where the gateway of this machine was found. */
export function isSamePlace(named: string, { url }: RunningGateway): boolean {
  const [one, other] = [new URL(named), new URL(url)]
  return one.protocol === other.protocol && one.port === other.port && isLoopback(one.hostname)
}

function inTheClear(url: string): AppError {
  return new AppError(
    'forbidden',
    `${url} is not encrypted. Your key was not sent, because others on the network could read it.`,
    {
      fix: 'Use https. Where the network itself is private, such as a VPN, set SWITCHBOARD_PLAIN_HTTP=allow.',
    },
  )
}
