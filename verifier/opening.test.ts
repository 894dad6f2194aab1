import { createHmac } from 'node:crypto'
import { fc, test as property } from '@fast-check/vitest'
import { expect } from 'vitest'
import { canonicalJson as kernelJson } from '../kernel/ledger/canonical-json.ts'
import { canonicalJson } from './canonical-json.ts'
import { hex, hmacSha256 } from './digest.ts'

const bytes = fc.uint8Array({ maxLength: 300 })

property.prop([bytes, bytes])('HMAC-SHA256 is that of the platform, for keys of any length', (key, message) => {
  expect(hex(hmacSha256(key, message))).toBe(createHmac('sha256', key).update(message).digest('hex'))
})

property.prop([fc.jsonValue()])('canonical JSON is that of the server, written twice', (value) => {
  const parsed: unknown = JSON.parse(JSON.stringify(value))
  expect(canonicalJson(parsed)).toBe(kernelJson(parsed as never))
})
