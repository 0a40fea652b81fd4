/** Lets the receiver of webhooks know which process a request comes from. */
import { ClientRequest } from 'node:http'

export const PROCESS_HEADER = 'x-crash-process'

const { end } = ClientRequest.prototype

export function nameRequests(name: string): void {
  ClientRequest.prototype.end = function (this: ClientRequest, ...given: unknown[]) {
    this.setHeader(PROCESS_HEADER, name)
    return end.apply(this, given as Parameters<typeof end>)
  } as typeof end
}
