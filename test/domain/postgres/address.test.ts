/** Addresses of PostgreSQL as libpq has them and as hosts hand them out: understood, or refused with what is wrong. */
import { homedir } from 'node:os'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import { describeServer, readServerAddress } from '../../../src/domain/db/address/address.ts'
import { cases } from '../../support/form.ts'
import { refusalOf } from '../../support/refusal.ts'

const at = (name: string, port = 5432) => ({ kind: 'network', name, ip: undefined, port })

describe('the address of a server', () => {
  test.each([
    [
      'postgres://ana:pw@host:5433/app',
      { user: 'ana', password: 'pw', hosts: [at('host', 5433)], database: 'app' },
    ],
    ['postgresql://ana@host', { user: 'ana', password: undefined, hosts: [at('host')], database: 'ana' }],
    // Neon: https://neon.com/docs/connect/connect-from-any-app
    [
      'postgresql://alex:AbC123dEf@ep-cool-1-pooler.us-east-2.aws.neon.tech/dbname?sslmode=require&channel_binding=require',
      { user: 'alex', database: 'dbname', tls: { mode: 'verify-full', rootCert: 'system' } },
    ],
    // Supabase: https://supabase.com/docs/guides/database/connecting-to-postgres
    [
      'postgres://postgres.abcdefghijkl:pw@aws-0-eu.pooler.supabase.com:6543/postgres?pgbouncer=true&connection_limit=1',
      {
        user: 'postgres.abcdefghijkl',
        saysPooled: true,
        hosts: [at('aws-0-eu.pooler.supabase.com', 6543)],
        tls: { mode: 'prefer' },
      },
    ],
    // Prisma: https://www.prisma.io/docs/orm/overview/databases/postgresql
    [
      'postgresql://u:pw@host/db?schema=public&connection_limit=5&pool_timeout=10&socket_timeout=5&statement_cache_size=0&sslaccept=accept_invalid_certs&sslmode=require',
      { database: 'db', tls: { mode: 'require', rootCert: undefined } },
    ],
    [
      'postgresql://u:pw@host/db?sslmode=require&sslaccept=strict',
      { tls: { mode: 'verify-full', rootCert: 'system' } },
    ],
    // Heroku: encrypted, with a chain of its own making, and nothing said of either.
    [
      'postgres://u:p@ec2-1.compute-1.amazonaws.com:5432/d1',
      { tls: { mode: 'prefer', rootCert: undefined } },
    ],
    // Amazon RDS.
    [
      'postgres://u:p@db.rds.amazonaws.com/app?sslmode=verify-full&sslrootcert=/etc/rds.pem',
      { tls: { mode: 'verify-full', rootCert: '/etc/rds.pem' } },
    ],
    ['postgres://u@host/db?sslrootcert=system', { tls: { mode: 'verify-full', rootCert: 'system' } }],
    // node-postgres.
    ['postgres://u@host/db?ssl=true', { tls: { mode: 'require' } }],
    ['postgres://u@host/db?sslmode=no-verify', { tls: { mode: 'require', rootCert: undefined } }],
    ['postgres://u@host/db?sslmode=require&uselibpqcompat=true', { tls: { mode: 'require' } }],
    // Unix sockets.
    [
      'postgresql:///db?host=/var/run/x&user=u',
      { hosts: [{ kind: 'socket', path: '/var/run/x/.s.PGSQL.5432' }], tls: { mode: 'allow' } },
    ],
    [
      'postgres://u@%2Fvar%2Frun%2Fx:5433/db',
      { hosts: [{ kind: 'socket', path: '/var/run/x/.s.PGSQL.5433' }] },
    ],
    // Google Cloud SQL.
    [
      'postgresql://u:p@/db?host=/cloudsql/project:region:name',
      { hosts: [{ kind: 'socket', path: '/cloudsql/project:region:name/.s.PGSQL.5432' }] },
    ],
    // Several hosts.
    [
      'postgresql://u@host1:5432,host2:5433/db?target_session_attrs=read-write&load_balance_hosts=random',
      { hosts: [at('host1'), at('host2', 5433)], target: 'read-write', isShuffled: true },
    ],
    ['host=a,b port=1,2 user=u', { hosts: [at('a', 1), at('b', 2)] }],
    ['host=a hostaddr=10.0.0.1 user=u', { hosts: [{ ...at('a'), ip: '10.0.0.1' }] }],
    ['postgres://u@[2001:db8::1]:5433,[::1]/db', { hosts: [at('2001:db8::1', 5433), at('::1')] }],
    // Key words and values, with blanks and quotes.
    [
      String.raw`host = host  user='ana maria' password='it\'s \\ me' dbname=app`,
      { user: 'ana maria', password: String.raw`it's \ me`, database: 'app' },
    ],
    // Passwords as people paste them, and as they should.
    ['postgres://u:p@ss:w#rd!$&*@host/db', { password: 'p@ss:w#rd!$&*', hosts: [at('host')] }],
    ['postgres://u:p?ss@host/db', { password: 'p?ss', hosts: [at('host')] }],
    ['postgres://u:p%40%2F%3F%23%25%3A%20x@host/db', { password: 'p@/?#%: x' }],
    ['postgres://u:%F0%9F%94%91@host/db', { password: '🔑' }],
    ['postgres://azure%40server:pw@host/db', { user: 'azure@server' }],
    ['postgres://u@host/d%C3%A9j%C3%A0', { database: 'déjà' }],
    // What belongs to a session.
    [
      'postgres://u@host/db?options=-c%20statement_timeout%3D5s&application_name=mine',
      { options: '-c statement_timeout=5s', applicationName: 'mine' },
    ],
    ['postgres://u@host/db?options=endpoint%3Dep-cool-1', { options: 'endpoint=ep-cool-1' }],
    ['postgres://u@host/db?connect_timeout=3', { connectTimeoutMs: 3000 }],
    [
      'postgres://u@host/db?connect_timeout=0&keepalives=0',
      { connectTimeoutMs: 10_000, keepAliveMs: undefined },
    ],
    ['postgres://u@127.0.0.1/db', { tls: { mode: 'allow' }, applicationName: 'switchboard' }],
  ])('%s is understood', (text, expected) => {
    expect(readServerAddress(text)).toMatchObject(expected)
  })

  test('takes what it leaves out from the variables of libpq', () => {
    const environment = {
      PGUSER: 'ana',
      PGPASSWORD: 'pw',
      PGHOST: 'host',
      PGSSLMODE: 'require',
      HOME: homedir(),
    }
    expect(readServerAddress('postgresql:///db', environment)).toMatchObject({
      ...{ user: 'ana', password: 'pw', hosts: [at('host')], tls: { mode: 'require' } },
    })
    expect(readServerAddress('postgresql://bob@other/db?sslmode=disable', environment)).toMatchObject({
      ...{ user: 'bob', hosts: [at('other')], tls: { mode: 'disable' } },
    })
  })

  test.each([
    ['mysql://u:hunter2@host/db', 'not of the right form'],
    ['hunter2', 'not of the right form'],
    ['jdbc:postgresql://host/db?user=u&password=hunter2', 'another program'],
    ['postgresql+psycopg2://u:hunter2@host/db', 'another program'],
    [
      'postgres://u@host/db?sslmod=require',
      '`sslmod`, which a PostgreSQL address does not have: the nearest is sslmode',
    ],
    ['postgres://u@host/db?statement_timeout=5', '`statement_timeout`'],
    ['postgres://u@host/db?toString=1', '`toString`'],
    ['postgres://u@host/db?service=prod', '`service`, which is not read here'],
    ['postgres://u@host/db?replication=database', '`replication`'],
    ['postgres://u@host/db?require_auth=scram-sha-256', '`require_auth`'],
    ['postgres://u@host/db?schema=app', '`schema`'],
    ['postgres://u@host/db?options=-c%20search_path%3Dapp', '`options`'],
    ['postgres://u@host/db?client_encoding=latin1', '`client_encoding`'],
    ['postgres://u@host/db?gssencmode=require', '`gssencmode`'],
    ['postgres://u@host/db?sslmode=verify', '`sslmode`, which takes disable, allow'],
    ['postgres://u@host/db?sslmode=require&sslrootcert=system', '`sslrootcert`'],
    ['postgres://u@host/db?sslmode=verify-ca', '`sslrootcert`'],
    ['postgres://u@host/db?sslcert=/x.crt', '`sslkey`'],
    ['postgres://u@host/db?sslmode=disable&channel_binding=require', '`channel_binding`'],
    ['postgres://u@host/db?sslmode=prefer&sslnegotiation=direct', '`sslnegotiation`'],
    ['postgres://u@host/db?target_session_attrs=master', '`target_session_attrs`'],
    ['postgres://u@host/db?connect_timeout=soon', '`connect_timeout`'],
    ['postgres://u@host:0/db', 'port'],
    ['postgres://u@host:70000/db', 'port'],
    ['host=a,b,c port=1,2 user=u', 'ports'],
    ['host=a,b hostaddr=10.0.0.1 user=u', '`hostaddr`'],
    ['postgres://u:hun/ter2@host/db', 'host that cannot be read'],
    ['postgres://u:12/hunter2@host/db', 'host that cannot be read'],
    ['postgres://u:hunter%2@host/db', '% that does not begin an escaped character'],
    ['postgres://u:%00hunter2@host/db', 'NUL'],
    ['postgres://u@ho st/db', 'host'],
    ["host=host password='hunter2", 'cannot be read'],
    ['host=host user=u password=hunter2 sslmode', 'cannot be read'],
    ['postgres://u:a?b@c@host/db?d=hunter2', '`d`'],
  ])('%s is refused with what is wrong, and without a secret', (text, reason) => {
    const refusal = refusalOf(() => readServerAddress(text))
    expect(refusal).toMatchObject({ code: 'invalid_input', message: expect.stringContaining(reason) })
    expect((refusal as AppError).message).not.toMatch(/hunter|ter2/)
  })

  test('is read or refused, whatever it is', () => {
    const word = fc.constantFrom(
      'sslmode',
      'host',
      'port',
      'user',
      'options',
      'x',
      '',
      '%',
      'sslrootcert',
      'service',
    )
    const part = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      word,
      fc.constantFrom(..."@:/?#%[],=&'\\ "),
    )
    const text = fc
      .tuple(
        fc.constantFrom('postgres://', 'postgresql://', 'host=', '', 'postgres:'),
        fc.array(part, { maxLength: 12 }),
      )
      .map(([start, parts]) => start + parts.join(''))
    fc.assert(
      fc.property(text, (each) => {
        try {
          describeServer(readServerAddress(each))
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AppError)
          expect(thrown).toMatchObject({ code: 'invalid_input' })
        }
      }),
      { numRuns: cases(500, 50_000) },
    )
  })

  test('returns any name and password that are written as they should be', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((each) => each.isWellFormed() && !each.includes('\0'))
    fc.assert(
      fc.property(text, text, text, (user, password, database) => {
        const [u, p, d] = [user, password, database].map(encodeURIComponent)
        expect(readServerAddress(`postgres://${u}:${p}@host/${d}`)).toMatchObject({
          user,
          password,
          database,
        })
      }),
      { numRuns: cases(200, 10_000) },
    )
  })
})
