import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { uuid5 } from './uuid5.ts'

/** Namespace of host names (RFC 9562, section 6.6). */
const DNS_NAMESPACE = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'

describe('uuid5', () => {
  it('gives the UUID of RFC 9562, appendix A.4', () => {
    expect(uuid5(DNS_NAMESPACE, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2')
  })

  it('gives what other implementations give for a name outside of ASCII', () => {
    // python3 -c "import uuid; print(uuid.uuid5(uuid.NAMESPACE_DNS, 'bücher.example'))"
    expect(uuid5(DNS_NAMESPACE, 'bücher.example')).toBe('849d4d8f-6c8e-59fa-9721-89ccba396bf9')
  })

  property.prop([fc.uuid(), fc.string(), fc.string()])(
    'tells names apart and keeps version and variant',
    (space, a, b) => {
      expect(uuid5(space, a)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(uuid5(space, a) === uuid5(space, b)).toBe(a === b)
    },
  )
})
