/** Addresses of Redis as hosts hand them out. */
import { expect, test } from 'vitest'
import { readRedisAddress } from '../../src/config/redis-address.ts'
import { refusalOf } from '../support/refusal.ts'

const TLS = { isVerified: true }

test.each([
  ['redis://localhost', { host: 'localhost', port: 6379 }],
  ['redis://', { host: 'localhost', port: 6379 }],
  ['redis://:secret@10.0.0.1:6380/3', { host: '10.0.0.1', port: 6380, password: 'secret', db: 3 }],
  // Upstash.
  [
    'rediss://default:AbC123@eu1-x.upstash.io:6379',
    { host: 'eu1-x.upstash.io', port: 6379, username: 'default', password: 'AbC123', tls: TLS },
  ],
  // Heroku: https://devcenter.heroku.com/articles/connecting-heroku-redis, whose certificates are of its own making.
  [
    'rediss://:p4ss@ec2-1-2.compute.amazonaws.com:17060?ssl_cert_reqs=none',
    { host: 'ec2-1-2.compute.amazonaws.com', port: 17060, password: 'p4ss', tls: { isVerified: false } },
  ],
  // Railway's private network: https://docs.railway.com/guides/private-networking
  [
    'redis://default:pw@redis.railway.internal:6379?family=0',
    { host: 'redis.railway.internal', port: 6379, username: 'default', password: 'pw', family: 0 },
  ],
  ['redis://me:p%40ss%2Fw@[::1]:6379', { host: '::1', port: 6379, username: 'me', password: 'p@ss/w' }],
  ['redis://:p@ss#w@host', { host: 'host', port: 6379, password: 'p@ss#w' }],
  ['unix:///run/redis.sock?db=2', { path: '/run/redis.sock', db: 2 }],
  ['redis+unix://:pw@/run/redis.sock', { path: '/run/redis.sock', password: 'pw' }],
  ['/run/redis.sock', { path: '/run/redis.sock' }],
  [
    'rediss://host?ssl_ca_certs=/etc/ca.pem',
    { host: 'host', port: 6379, tls: { isVerified: true, caFile: '/etc/ca.pem' } },
  ],
])('%s is understood', (text, address) => {
  expect(readRedisAddress(text)).toEqual(address)
})

test.each([
  ['http://host', 'not of the right form'],
  ['localhost:6379', 'not of the right form'],
  ['redis+sentinel://a,b/mymaster', 'sentinel'],
  ['redis://a:1,b:2', 'several hosts'],
  ['redis://host:0', 'port'],
  ['redis://host:99999', 'port'],
  ['redis://host/name', 'database that is not a number'],
  ['redis://host?retryStrategy=1', '`retryStrategy`, which is not read here'],
  ['redis://host?dd=1', '`dd`, which is not read here: the nearest is db'],
  ['redis://host?family=7', '`family`'],
  ['rediss://host?ssl_cert_reqs=maybe', '`ssl_cert_reqs`'],
  ['redis://:hun/ter2@host', 'host that cannot be read'],
])('%s is refused with what is wrong', (text, reason) => {
  expect(refusalOf(() => readRedisAddress(text))).toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining(reason),
  })
})
