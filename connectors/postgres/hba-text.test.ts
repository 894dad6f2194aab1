import { describe, expect, it } from 'vitest'
import { safeMessage, shortNames, withoutSecrets } from './hba-text.ts'

describe('text of pg_hba.conf', () => {
  it('keeps the names of secret options alone', () => {
    const options = ['ldapserver=l', 'ldapbindpasswd=geheim=1', 'radiussecrets="geheim",x', 'LDAPBINDPASSWD=geheim']
    expect(withoutSecrets(options)).toEqual(['ldapserver=l', 'ldapbindpasswd=', 'radiussecrets=', 'LDAPBINDPASSWD='])
  })

  it.each([
    ['invalid connection type "hots"', 'invalid connection type "hots"'],
    ['invalid connection type "ldapbindpasswd=geheim"', 'invalid connection type "…"'],
    ['invalid connection type "Geheim"', 'invalid connection type "…"'],
    ['invalid connection type "a"geheim"', 'invalid connection type …'],
    ['authentication option not in name=value format: geheim', 'authentication option not in name=value format: …'],
    ['unrecognized authentication option name: "geheim"', 'unrecognized authentication option name: …'],
    ['could not parse LDAP URL "ldap://u:geheim@h/": x', 'could not parse LDAP URL …'],
    ['invalid CIDR mask in address "10.0.0.0/33"', 'invalid CIDR mask in address "10.0.0.0/33"'],
    ['hostssl record cannot match because SSL is disabled', 'hostssl record cannot match because SSL is disabled'],
    [
      'authentication method "ldap" requires argument "ldapserver" to be set',
      'authentication method "ldap" requires argument "ldapserver" to be set',
    ],
  ])('%s', (error, told) => {
    expect(safeMessage(error)).toBe(told)
  })

  it('names files by their last part unless two have the same', () => {
    expect(shortNames(['/e/pg_hba.conf', '/e/a/x.conf', '/e/b/x.conf', '/e/pg_hba.conf'])).toEqual(
      new Map([
        ['/e/pg_hba.conf', 'pg_hba.conf'],
        ['/e/a/x.conf', '/e/a/x.conf'],
        ['/e/b/x.conf', '/e/b/x.conf'],
      ]),
    )
  })
})
