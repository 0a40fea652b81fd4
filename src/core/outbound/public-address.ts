/**
 * Which addresses are on the public internet. Requests to addresses that a caller chose go only there: others reach this
 * machine, its network, or the metadata service of its cloud.
 */
import { BlockList, isIP } from 'node:net'

/** What IANA's registry of special-purpose IPv4 addresses keeps from global use, multicast and the reserved rest. */
const PRIVATE_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const

/** Global unicast is within this prefix. */
const GLOBAL_IPV6 = ['2000::', 3] as const

/** Within it: protocol assignments with Teredo, documentation, and 6to4, which carries an IPv4 address. */
const SPECIAL_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const notGlobal = new BlockList()
for (const [net, prefix] of PRIVATE_IPV4) notGlobal.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of SPECIAL_IPV6) notGlobal.addSubnet(net, prefix, 'ipv6')

const global = new BlockList()
global.addSubnet(...GLOBAL_IPV6, 'ipv6')

/** Whether an IP address, without brackets, is one that anybody on the internet can reach. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notGlobal.check(address, 'ipv4')
    case 6:
      return global.check(address, 'ipv6') && !notGlobal.check(address, 'ipv6')
    default:
      return false
  }
}
