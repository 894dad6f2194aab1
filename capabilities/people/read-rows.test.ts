import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { FACTS } from '../../facts/kinds.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { REGISTER_KINDS, type Register, type RegisterKind } from './contract.ts'
import { parseRegister } from './register-csv.ts'

describe('every text', () => {
  const word = fc.constantFrom(
    'Kennung',
    'Name',
    'Status',
    'aktiv',
    'p-1',
    ';',
    ',',
    '"',
    '\n',
    '\r\n',
    '\uFEFF',
    "'",
    '=',
    '\0',
    '*',
    'sep=;\n',
    '2026-13-01',
  )
  const kind = fc.constantFrom<RegisterKind>(...REGISTER_KINDS)

  test.prop([kind, fc.array(word, { maxLength: 40 }).map((w) => w.join(''))])(
    'is either a register or refused with its place',
    (of, content) => {
      let register: Register | null = null
      try {
        register = parseRegister({ [of]: { file: 'x.csv', content } })
      } catch (error) {
        expect(error).toBeInstanceOf(BergfriedError)
        expect((error as BergfriedError).detail['line']).toBeGreaterThanOrEqual(1)
      }
      for (const row of register?.[of] ?? []) expect(FACTS.get(of)?.shape.safeParse(row).success).toBe(true)
    },
  )

  test.prop([kind, fc.uint8Array({ maxLength: 300 })])('of any bytes, too', (of, content) => {
    try {
      parseRegister({ [of]: { file: 'x.csv', content } })
    } catch (error) {
      expect(error).toBeInstanceOf(BergfriedError)
    }
  })
})
