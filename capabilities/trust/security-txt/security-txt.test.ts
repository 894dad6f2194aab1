import { expect, it } from 'vitest'
import { securityTxt } from './security-txt.ts'

const FIELDS = {
  contact: ['mailto:a@example.com', 'https://example.com/report'],
  policy: null,
  encryption: null,
  acknowledgments: null,
  hiring: null,
}
const now = new Date('2026-11-01T12:34:56Z')

it('has a contact and exactly one time of expiry, in the form of RFC 3339, less than a year ahead', () => {
  expect(securityTxt(FIELDS, 'http://localhost:7400', now)).toBe(
    'Contact: mailto:a@example.com\nContact: https://example.com/report\nExpires: 2026-12-01T00:00:00Z\nPreferred-Languages: de, en\n',
  )
})

it('names what was configured, and itself where it is reached over TLS', () => {
  const text = securityTxt(
    { ...FIELDS, policy: 'https://example.com/policy', hiring: 'https://example.com/jobs' },
    'https://t.example.com',
    now,
  )
  expect(text).toContain('\nPolicy: https://example.com/policy\n')
  expect(text).toContain('\nHiring: https://example.com/jobs\n')
  expect(text).toContain('\nCanonical: https://t.example.com/.well-known/security.txt\n')
})
