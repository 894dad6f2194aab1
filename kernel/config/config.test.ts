import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test as property } from '@fast-check/vitest'
import { afterAll, describe, expect, it } from 'vitest'
import { BergfriedError } from '../errors.ts'
import { type Config, loadConfig, parseConfig, THIS_HOST } from './config.ts'
import { configSchema } from './config-schema.ts'
import { environmentOf } from './environment.ts'

const folder = mkdtempSync(join(tmpdir(), 'bergfried-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

const NOTHING = environmentOf({})

const EXAMPLE = `language: en            # de | en
listen: 127.0.0.1:7400
data: ./data
policy: { extend: ./our-policy }
systems:
  - name: this-host
    kind: host
    labels: { role: network, data: [/srv/shop], service: [tcp/443, tcp/80] }
  - name: shop-db
    kind: postgres
    connection: postgres://bergfried@db.internal/postgres?sslmode=verify-full
    password: { file: secrets/shop-db.password }
  - name: audit-db
    kind: postgres
    connection: postgresql:///postgres?host=/run/postgresql
    password: { variable: AUDIT_DB_PASSWORD }
  - name: open-db
    kind: postgres
    connection: postgres://reader@[::1]:5433/x
  - name: shop
    kind: endpoint
    address: shop.example:443
    purpose: https
    ca: /etc/ssl/our-ca.pem
`

const parsed = (source: string): Config => parseConfig(source, '/etc/bergfried/bergfried.yaml', 'de')

/** "line: reason" of the error for a text. */
function refusal(source: string): string {
  try {
    parsed(source)
  } catch (error) {
    if (error instanceof BergfriedError && error.code === 'config.invalid') {
      expect(error.sentence('de')).toMatch(/^\/etc\/bergfried\/bergfried\.yaml, Zeile \d+: .+\.$/)
      return `${error.detail['line']}: ${error.detail['reason']}`
    }
    throw error
  }
  return 'accepted'
}

const system = (lines: string): string => `systems:\n  - name: a\n    kind: postgres\n${lines}`

describe('parseConfig', () => {
  it('reads the example of the manual', () => {
    expect(parsed(EXAMPLE)).toMatchObject({
      file: '/etc/bergfried/bergfried.yaml',
      language: 'en',
      listen: { host: '127.0.0.1', port: 7400 },
      data: '/etc/bergfried/data',
      databaseUrl: null,
      policy: { mode: 'extend', folder: '/etc/bergfried/our-policy' },
      systems: [
        {
          name: 'this-host',
          kind: 'host',
          labels: { role: ['network'], data: ['/srv/shop'], service: ['tcp/443', 'tcp/80'] },
        },
        {
          name: 'shop-db',
          kind: 'postgres',
          labels: {},
          connection: 'postgres://bergfried@db.internal/postgres?sslmode=verify-full',
          password: { file: '/etc/bergfried/secrets/shop-db.password' },
          acting: null,
        },
        {
          name: 'audit-db',
          kind: 'postgres',
          labels: {},
          connection: 'postgresql:///postgres?host=/run/postgresql',
          password: { variable: 'AUDIT_DB_PASSWORD' },
          acting: null,
        },
        {
          name: 'open-db',
          kind: 'postgres',
          labels: {},
          connection: 'postgres://reader@[::1]:5433/x',
          password: null,
          acting: null,
        },
        {
          name: 'shop',
          kind: 'endpoint',
          labels: {},
          address: 'shop.example:443',
          purpose: 'https',
          ca: '/etc/ssl/our-ca.pem',
        },
      ],
      evidence: { origin: null, witnesses: [], quorum: 0, s3: null },
      keeper: { socket: null, pkcs11: null },
      face: { url: null, proxies: [], providers: [], securityTxt: null },
      access: { entitlements: [], serviceLevelSeconds: 3600 },
    })
  })

  it.each(['', '# nothing but a comment\n', '{}', '~'])('measures this machine where %j names no systems', (source) => {
    expect(parsed(source)).toMatchObject({
      language: 'de',
      listen: { host: '127.0.0.1', port: 7400 },
      data: null,
      systems: [THIS_HOST],
    })
  })

  it('knows the forms of a policy of one’s own', () => {
    expect(parsed('policy: ./p').policy).toEqual({ mode: 'replace', folder: '/etc/bergfried/p' })
    expect(parsed('policy: { replace: /p }').policy).toEqual({ mode: 'replace', folder: '/p' })
    expect(parsed('systems: []').systems).toEqual([])
  })

  it.each([
    ['langauge: de', `1: unknown field “langauge”, allowed are ${Object.keys(configSchema.shape).join(', ')}`],
    ['language: fr', '1: “language”: expected is one of de, en, found was “fr”'],
    ['listen: 7400', '1: “listen”: expected is a text, found was a number (put it in quotes)'],
    ['listen: localhost', '1: “listen”: expected is an address such as shop.example:443, found was “localhost”'],
    ['listen: "[::1]:70000"', '1: “listen”: expected is an address such as shop.example:443, found was “[::1]:70000”'],
    [
      'policy: { extent: ./x }',
      '1: “policy”: expected is a folder, { extend: folder } or { replace: folder }, found was a block of fields',
    ],
    ['systems:\n  - name: a', '2: the field “systems[0].kind” is missing'],
    [
      'systems:\n  - name: a\n    kind: mainframe',
      '3: “systems[0].kind”: expected is one of host, postgres, endpoint, found was “mainframe”',
    ],
    ['systems:\n  - kind: host', '2: the field “systems[0].name” is missing'],
    [
      'systems:\n  - name: Shop_DB\n    kind: host',
      '2: “systems[0].name”: expected is a name of lower-case letters, digits and hyphens, at most 63 characters, found was “Shop_DB”',
    ],
    [`systems:\n  - name: ${'a'.repeat(64)}\n    kind: host`, null],
    [
      'systems:\n  - name: register\n    kind: host',
      '2: “systems[0].name”: the names “register” and “bergfried” are taken by the register of people and the product, choose another',
    ],
    [
      'systems:\n  - name: a\n    kind: host\n  - name: a\n    kind: endpoint\n    address: x:1\n    purpose: tls',
      '4: a system named “a” exists already in line 2',
    ],
    [
      'systems:\n  - name: a\n    kind: host\n  - name: b\n    kind: host',
      '5: only one system of kind host is possible: the machine that Bergfried runs on; it would count twice',
    ],
    [
      'systems:\n  - name: a\n    kind: host\n    address: x:1',
      '4: unknown field “systems[0].address”, allowed are name, labels, kind, canaries',
    ],
    [
      'systems:\n  - name: a\n    kind: host\n    labels: { port: 22 }',
      '4: “systems[0].labels.port”: expected is a text or a list of texts (numbers in quotes), found was 22',
    ],
    [
      'systems:\n  - name: a\n    kind: endpoint\n    address: https://x\n    purpose: https',
      '4: “systems[0].address”: expected is an address such as shop.example:443, found was “https://x”',
    ],
    [
      'systems:\n  - name: a\n    kind: endpoint\n    address: x:0\n    purpose: https',
      '4: “systems[0].address”: expected is an address such as shop.example:443, found was “x:0”',
    ],
    [
      system('    connection: db.internal'),
      '4: “systems[0].connection”: expected is an address such as postgres://account@server/database?sslmode=verify-full',
    ],
    [
      system('    connection: host=db user=x'),
      '4: “systems[0].connection”: expected is an address such as postgres://account@server/database?sslmode=verify-full',
    ],
    ['a: 1\n---\nb: 1', '2: only one document per file is allowed'],
  ])('refuses %j', (source, reason) => {
    if (reason === null) expect(refusal(source)).not.toBe('accepted')
    else expect(refusal(source)).toBe(reason)
  })

  it.each([
    'postgres://u:hunter2@db/x',
    'postgres://u:hunter2@x@db/x',
    'postgres://u:@db/x',
    'postgres://:hunter2@db/x',
    'postgres://u%3Ahunter2@db/x',
    'postgres://u:hun/ter2@db/x',
    'postgres://u:hun?ter2@db/x',
    'postgres://u:12?ter2@db/x',
    'postgres://u:12/ter2@db/x',
    'postgres://db/x?user=u&password=hunter2',
    'postgres://db/x?PASSWORD=hunter2',
    'postgres://db/x?pass%77ord=hunter2',
    'postgres://u@db/x?sslkey=a&sslpassword=hunter2',
  ])('refuses the password in %s, says where it belongs and does not repeat it', (connection) => {
    const said = refusal(system(`    connection: ${connection}`))
    expect(said).toMatch(/^4: “systems\[0\]\.connection”: there is a password here; remove it/)
    expect(said).not.toMatch(/hunter2|ter2/)
  })

  it.each([
    'postgres://db',
    'postgres://u@a:1,b:2/x?target_session_attrs=read-only',
    'postgresql://u@%2Frun%2Fpostgresql/x',
    'postgres://u@/x?host=/run/postgresql&port=5433',
    'postgres://db:5432/x?user=a%40b&options=-c%20x',
    'postgres://[fe80::1%25eth0]:5432/x',
  ])('accepts %s', (connection) => {
    expect(refusal(system(`    connection: ${connection}`))).toBe('accepted')
  })

  it('does not repeat a password that was written where its place belongs', () => {
    for (const written of ['hunter2', '{ value: hunter2 }', '{ variable: "hunter 2" }', '[hunter2]']) {
      const said = refusal(system(`    connection: postgres://u@db/x\n    password: ${written}`))
      expect(said).toMatch(/^5: .*the password itself does not belong in this file$/)
      expect(said).not.toMatch(/hunter/)
    }
  })

  property.prop([fc.string({ unit: 'binary', maxLength: 300 })])(
    'any text is a configuration or a typed error',
    (source) => {
      expect(() => refusal(source)).not.toThrow()
    },
  )
})

describe('loadConfig', () => {
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }

  it('holds without a file, with the language of the environment', async () => {
    const empty = mkdtempSync(join(folder, 'empty-'))
    const config = await loadConfig(undefined, environmentOf({ LANG: 'en_GB.UTF-8' }), empty)
    expect(config).toMatchObject({ file: null, language: 'en', data: null, systems: [THIS_HOST] })
  })

  it('takes the file given before BERGFRIED_CONFIG before the one in the folder', async () => {
    write('bergfried.yaml', 'listen: x:1')
    write('b.yaml', 'listen: x:2')
    write('c.yaml', 'listen: x:3')
    const port = async (path: string | undefined, config?: string) =>
      (await loadConfig(path, environmentOf({ BERGFRIED_CONFIG: config }), folder)).listen.port
    expect([await port(undefined), await port(undefined, 'b.yaml'), await port('c.yaml', 'b.yaml')]).toEqual([1, 2, 3])
  })

  it('takes the environment before the file', async () => {
    const file = write('env.yaml', 'listen: x:1\ndata: d')
    const env = environmentOf({
      BERGFRIED_DATA: 'other',
      BERGFRIED_LISTEN: '[::1]:0',
      DATABASE_URL: 'postgres://u:p@h/d',
    })
    expect(await loadConfig(file, env, '/cwd')).toMatchObject({
      file,
      listen: { host: '::1', port: 0 },
      data: '/cwd/other',
      databaseUrl: 'postgres://u:p@h/d',
    })
    expect((await loadConfig(file, NOTHING, '/cwd')).data).toBe(join(folder, 'd'))
    await expect(loadConfig(file, environmentOf({ BERGFRIED_LISTEN: 'nowhere' }), '/')).rejects.toMatchObject({
      code: 'config.invalid',
      detail: { file: 'BERGFRIED_LISTEN' },
    })
  })

  it('misses a file that was named, and refuses what is none', async () => {
    await expect(loadConfig('gone.yaml', NOTHING, folder)).rejects.toMatchObject({ code: 'config.missing' })
    await expect(loadConfig(undefined, environmentOf({ BERGFRIED_CONFIG: 'gone.yaml' }), folder)).rejects.toMatchObject(
      { code: 'config.missing' },
    )
    await expect(loadConfig('.', NOTHING, folder)).rejects.toMatchObject({ code: 'config.invalid' })
  })
})
