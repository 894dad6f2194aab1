import type { Text } from '../i18n/text.ts'

/**
 * What is wrong with a PostgreSQL connection URI (PostgreSQL manual, 34.1.1.2) as bergfried.yaml may hold it, or null.
 * A password in it is refused: the file is read by many, ends up in backups and in version control. The reason never
 * quotes the URI.
 */
export function connectionProblem(connection: string): Text | null {
  const rest = /^postgres(?:ql)?:\/\/(.*)$/s.exec(connection)?.[1]
  if (rest === undefined || /[\s\p{Cc}]/u.test(rest)) return NOT_A_URI
  const [beforeQuery = '', query = ''] = rest.split(/\?(.*)/s)
  // Up to the last @: a password with an @ in it must not pass for a host.
  const user = beforeQuery.includes('@') ? beforeQuery.slice(0, beforeQuery.lastIndexOf('@')) : ''
  if (user.includes(':') || /%3a/i.test(user)) return PASSWORD
  const hosts = beforeQuery.slice(user === '' ? 0 : user.length + 1).split('/', 1)[0] ?? ''
  // A password with a ? in it reads as host, port and parameters that are none.
  const mangled = !hosts.split(',').every((h) => HOST.test(h)) || !query.split('&').every((p) => PARAMETER.test(p))
  if (mangled) return query.includes('@') ? PASSWORD : NOT_A_URI
  if ([...new URLSearchParams(query).keys()].some((key) => /^(password|sslpassword)$/i.test(key))) return PASSWORD
  return null
}

const HOST = /^(?:\[[^[\]@]+\]|[^:[\]]*)(?::\d{1,5})?$/
const PARAMETER = /^$|^[a-z_%0-9]+=/i

const PASSWORD: Text = {
  de: 'hier steht ein Passwort; entfernen, ändern und unter `password: { file: … }` oder `{ variable: … }` angeben',
  en: 'there is a password here; remove it, change it and name it under `password: { file: … }` or `{ variable: … }`',
}

const NOT_A_URI: Text = {
  de: 'erwartet wird eine Adresse wie postgres://konto@server/datenbank?sslmode=verify-full',
  en: 'expected is an address such as postgres://account@server/database?sslmode=verify-full',
}
