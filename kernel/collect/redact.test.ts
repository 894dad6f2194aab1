import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { redact, redactRow } from './redact.ts'
import { REDACTED } from './redacted.ts'

const letters = (n: number): string => 'Ab3dEf9hIj'.repeat(Math.ceil(n / 10)).slice(0, n)
// Put together here, so that no scanner takes this file for a leak.
const made = (...parts: readonly string[]): string => parts.join('')

/** Text before, secret, text after. Only the secret may go. */
const SECRETS: readonly (readonly [string, string, string])[] = [
  ['postgres://reader:', 'geheim', '@db.internal/shop'],
  ['postgres://reader:', 'p@ss:w@rd', '@db.internal/shop'],
  ['http://u:', 'pa/ss', '@host.example/x'],
  ['redis://:', 'geheim', '@cache:6379'],
  ['password=', 'geheim', ''],
  ['password=', 'ge,he;im&1', ' sslmode=require'],
  ['PGPASSWORD=', 'geheim', ' psql'],
  ['db_password: ', 'geheim', ''],
  ['Passwort: ', 'geheim', ''],
  ['host=db user=x passwd=', 'geheim', ' dbname=y'],
  ['//srv/x /mnt cifs user=x,pass=', 'geheim', ' 0 0'],
  ['{"api_key": "', 'ge heim', '", "a": 1}'],
  ['{"client_secret":"', 'ge\\"heim', '"}'],
  ["token = '", 'geheim', "' # comment"],
  ['apikey:', 'geheim', ''],
  ['X-Api-Key: ', 'geheim', ''],
  ['AWS_SECRET_ACCESS_KEY=', 'geheim/+x', ''],
  ['PrivateKey = ', 'yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=', ''],
  ['ldap ldapbindpasswd=', 'geheim', ''],
  ['passphrase: ', 'correct horse battery', '\nnext'],
  ['export A="x password=', 'geheim', '"'],
  ['tool --password ', 'geheim', ' --host x'],
  ['tool --db-password ', '"ge heim"', ' --host x'],
  ['tool --password=', 'geheim', ' x'],
  ['tool --api-key ', 'geheim', ''],
  ['mysql -u root -p', 'geheim', ' -h db'],
  ['/usr/bin/mariadb-dump --all -p', 'geheim', ''],
  ['sshpass -p ', 'geheim', ' ssh host'],
  ['redis-cli -h x -a ', 'geheim', ' ping'],
  ['ldapsearch -D cn=x -w ', 'geheim', ' -b dc=x'],
  ['curl -s -u bob:', 'geheim', ' https://x.example'],
  ['Authorization: Bearer ', 'abc', ''],
  ['Authorization: Basic ', 'dXNlcjpwYXNz', ''],
  ['curl -H "Authorization: token ', 'abcdef', '"'],
  ['Bearer ', `${letters(30)}==`, ''],
  ['got Basic ', 'dXNlcjpwYXNz', ' back'],
  ['', `-----BEGIN ${'OPENSSH'} PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----`, '\nrest'],
  ['x ', `-----BEGIN ${'RSA'} PRIVATE KEY-----\nAAAA\nBBBB`, ''],
  ['', `-----BEGIN PGP ${'PRIVATE'} KEY BLOCK-----\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----`, ''],
  ['id ', made('AK', 'IA', 'ABCDEFGHIJKLMNOP'), ' x'],
  ['id ', made('AB', 'IA', 'ABCDEFGHIJKLMNOP'), ' x'],
  ['', made('gh', 'p_', letters(36)), ''],
  ['', made('github', '_pat_', letters(40)), ''],
  ['', made('gl', 'pat-', letters(20)), ''],
  ['', made('xox', 'b-', '123456789012-', letters(20)), ''],
  ['', made('sk_', 'live_', letters(24)), ''],
  ['', made('wh', 'sec_', letters(32)), ''],
  ['', made('sk-', 'proj-', letters(40)), ''],
  ['', made('AI', 'za', letters(35)), ''],
  ['', made('np', 'm_', letters(36)), ''],
  ['', made('AGE-', 'SECRET-KEY-1', letters(58)), ''],
  ['https://hooks.slack.com/services/', 'T000/B000/XXXXXXXX', ''],
  ['', made('ey', 'JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.', letters(20)), ''],
  ['root:', '$6$salt$hashhashhashhash', ':19000:0'],
  ['root:!', '$y$j9T$abcdefgh$ijklmnopqrstuvwxyz', ':19000:0'],
  ['', '$2b$12$abcdefghijklmnopqrstuv', ''],
  ['', '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaGhhc2g', ''],
  ['{SSHA}', 'MTIzNDU2Nzg5MGFiY2RlZg==', ''],
  ['{PBKDF2-SHA256}', '10000$abcdefgh$ijklmnop', ''],
  ['SCRAM-SHA-256', '$4096:c2FsdA==$c3RvcmVk:c2VydmVy', ''],
  ['', 'md5d41d8cd98f00b204e9800998ecf8427e', ''],
]

/** What facts are made of. */
const INNOCENT: readonly string[] = [
  '',
  'root',
  '/etc/passwd: permission denied',
  '/run/secrets/db_password:/x:ro',
  'alice ALL=(ALL) NOPASSWD: ALL',
  '(root) PASSWD: /usr/bin/apt',
  'Defaults passwd_tries=3, passwd_timeout=5, passprompt="x"',
  'passwd:         files systemd',
  'password [success=1 default=ignore] pam_unix.so obscure yescrypt',
  'PasswordAuthentication no',
  'passwordauthentication=no',
  'PermitEmptyPasswords no',
  'password_encryption = scram-sha-256',
  'scram-sha-256',
  'ssl_passphrase_command = /bin/x',
  'password: required',
  made('password: $', '{DB_PASSWORD}'),
  'Failed password for root from 10.0.0.1 port 22 ssh2',
  'tool --password --host x',
  'tool --password-file /etc/x --token-type jwt',
  'credentials=/etc/cifs.cred',
  'pass: 5, fail: 0',
  'max_tokens: 100',
  'secret::module',
  'systemd-ask-password-console.service: loaded',
  'Basic authentication is off',
  'basic constraints: CA',
  'bearer of bad news',
  '256 SHA256:7sYk0fX2mNf8yqXw3lLq2l5sG8n0vGzU8c2f1Rr1bXk alice@laptop (ED25519)',
  'MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48',
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${letters(40)} alice@laptop`,
  `ssh-ed25519 ${letters(70)}pwd= alice@laptop`,
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256-cert-v01@openssh.com',
  '550e8400-e29b-41d4-a716-446655440000',
  'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'd41d8cd98f00b204e9800998ecf8427e',
  'https://registry.example:4873/@scope/package',
  'https://shop.example:8443/a@b',
  'ssh://git@host.example:22/x.git',
  'postgres://reader@db.internal/shop?sslmode=verify-full',
  '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
  '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
  'echo $HOME $1 $$',
  'mysql -u root -p',
  'mysqld --port=3306',
  'tcp dport { 22, 443 } accept',
]

describe('redact', () => {
  it.each(SECRETS)('%j %j %j', (before, secret, after) => {
    const safe = redact(before + secret + after)
    expect(safe).toBe(before + REDACTED + after)
  })

  it.each(INNOCENT)('leaves %j', (text) => {
    expect(redact(text)).toBe(text)
  })

  property.prop([
    fc.array(fc.constantFrom(...SECRETS.map(([a, b, c]) => a + b + c), ...INNOCENT, '\n', ' ', '"', "'"), {
      maxLength: 6,
    }),
  ])('says the same the second time', (parts) => {
    const once = redact(parts.join(' '))
    expect(redact(once)).toBe(once)
  })

  property.prop([fc.string({ unit: 'binary', maxLength: 300 })])('never throws', (text) => {
    expect(typeof redact(text)).toBe('string')
  })

  property.prop([
    fc.stringMatching(/^[a-z0-9!#%*+,.&;=]{8,40}$/),
    fc.constantFrom('password=', 'db.secret: ', 'API_KEY='),
    fc.string(),
  ])('no part of a value remains', (secret, name, before) => {
    fc.pre(!/^(?:yes|no|true|false|on|off|null|none|\*+)[,;]?$/.test(secret) && !/["'\w./]$/.test(before))
    expect(redact(`${before} ${name}${secret}`)).not.toContain(secret)
  })

  it('takes linear time on hostile text', () => {
    const hostile = [
      '://',
      '://a:',
      '://a:b/',
      'password',
      'password=',
      'password="',
      'password=\\"',
      'password: ',
      'passphrase: ',
      '--password ',
      '--a-',
      '--password "',
      '-----BEGIN PRIVATE KEY-----',
      '-----BEGIN ',
      'eyJ',
      'eyJaaaaaaaaaa.',
      '$6$',
      '$6$a ',
      'Bearer aaaa',
      'Basic aaaaaaaaa',
      'mysql ',
      'mysql x -p',
      'curl -u ',
      'sshpass ',
      'redis-cli ',
      'ldapsearch ',
      'ghp_',
      'md5a',
      'Authorization: a ',
      'SCRAM-SHA-256$1:a',
      '.token',
      'password\t\t\t\t',
      'a',
    ]
    const time = (unit: string, length: number): number => {
      const text = unit.repeat(Math.ceil(length / unit.length))
      const start = performance.now()
      redact(text)
      return performance.now() - start
    }
    // Quadratic time would be minutes for 1 MB: the bound needs no fast machine.
    const slow = hostile.map((unit) => ({ unit, ms: time(unit, 1 << 20) })).filter(({ ms }) => ms > 5_000)
    expect(slow).toEqual([])
  }, 60_000)
})

describe('redactRow', () => {
  it('gives the row itself back when nothing is secret', () => {
    const row = { name: 'root', list: ['a', 'b'], count: 3, none: null, flag: true }
    expect(redactRow(row)).toBe(row)
  })

  it('redacts strings and lists, and the value after a flag of its own', () => {
    const row = { line: 'password=geheim', command: ['tool', '--password', 'geheim', '--token', '--x'], count: 1 }
    expect(redactRow(row)).toEqual({
      line: `password=${REDACTED}`,
      command: ['tool', '--password', REDACTED, '--token', '--x'],
      count: 1,
    })
    expect(row.line).toBe('password=geheim')
  })
})
