import type { SecurityTxt } from '../../../kernel/config/face-config.ts'

const DAY_MS = 86_400_000
/** A file that nobody serves any more runs out soon; RFC 9116 section 2.5.5 recommends less than a year. */
const VALID_DAYS = 30

/**
 * The file security.txt (RFC 9116).
 *
 * @param url - public address of the server; named as canonical only with TLS, as the RFC asks
 */
export function securityTxt(fields: SecurityTxt, url: string, now: Date): string {
  const expires = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS + VALID_DAYS * DAY_MS)
  const optional: readonly (readonly [string, string | null])[] = [
    ['Encryption', fields.encryption],
    ['Acknowledgments', fields.acknowledgments],
    ['Policy', fields.policy],
    ['Hiring', fields.hiring],
    ['Canonical', url.startsWith('https://') ? `${url}/.well-known/security.txt` : null],
  ]
  return [
    ...fields.contact.map((c) => `Contact: ${c}`),
    `Expires: ${expires.toISOString().replace('.000Z', 'Z')}`,
    'Preferred-Languages: de, en',
    ...optional.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`])),
    '',
  ].join('\n')
}
