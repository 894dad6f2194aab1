import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { disarm, parseCsv, rearm, writeCsv } from './csv.ts'

const cellsOf = (text: string, delimiter: ';' | ',' | '\t' = ',') => {
  const records = parseCsv(text, delimiter)
  return 'reason' in records ? records : records.map((r) => [r.line, ...r.cells])
}

describe('parseCsv', () => {
  it('reads the examples of RFC 4180', () => {
    expect(cellsOf('aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n')).toEqual([
      [1, 'aaa', 'bbb', 'ccc'],
      [2, 'zzz', 'yyy', 'xxx'],
    ])
    expect(cellsOf('aaa,bbb,ccc\r\nzzz,yyy,xxx')).toEqual([
      [1, 'aaa', 'bbb', 'ccc'],
      [2, 'zzz', 'yyy', 'xxx'],
    ])
    expect(cellsOf('"aaa","b\r\nbb","ccc"\r\nzzz,yyy,xxx')).toEqual([
      [1, 'aaa', 'b\r\nbb', 'ccc'],
      [3, 'zzz', 'yyy', 'xxx'],
    ])
    expect(cellsOf('"aaa","b""bb","ccc"')).toEqual([[1, 'aaa', 'b"bb', 'ccc']])
  })

  it('takes every kind of line break, empty cells and empty lines', () => {
    expect(cellsOf('a;b\n\nc;\r;d\r\n;;\n', ';')).toEqual([
      [1, 'a', 'b'],
      [3, 'c', ''],
      [4, '', 'd'],
    ])
    expect(cellsOf('')).toEqual([])
    expect(cellsOf('""')).toEqual([])
    expect(cellsOf('a,""')).toEqual([[1, 'a', '']])
  })

  it('refuses what a lenient reader would guess, with the line', () => {
    expect(cellsOf('a,b\nc,d"e\n')).toMatchObject({ line: 2 })
    expect(cellsOf('a,b\n"c"d,e\n')).toMatchObject({ line: 2 })
    expect(cellsOf('a\n"b\nc\n')).toMatchObject({ line: 2 })
    expect(cellsOf('"a\n\n"x')).toMatchObject({ line: 3 })
  })

  const cell = fc.string({ unit: 'grapheme', maxLength: 12 })
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 8 })

  test.prop([table, fc.constantFrom(';' as const, ',' as const, '\t' as const)])(
    'reads back what writeCsv wrote',
    (rows, delimiter) => {
      const records = parseCsv(writeCsv(rows, delimiter), delimiter)
      const read = 'reason' in records ? records : records.map((r) => r.cells.map(rearm))
      expect(read).toEqual(rows.filter((cells) => cells.some((c) => c.trim() !== '')))
    },
  )

  const hostile = fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', 'a', '\0', "'"), maxLength: 200 })

  test.prop([hostile])('answers every text with records or a problem on one of its lines', (text) => {
    const records = parseCsv(text, ',')
    const lines = text.split(/\r\n|\r|\n/).length
    for (const { line } of 'reason' in records ? [records] : records) {
      expect(line).toBeGreaterThanOrEqual(1)
      expect(line).toBeLessThanOrEqual(lines)
    }
  })

  it('stays quick on ten megabytes of the worst', () => {
    for (const text of ['""'.repeat(5_000_000), '"'.repeat(9_999_999), ',\n'.repeat(5_000_000)]) {
      const records = parseCsv(text, ',')
      expect('reason' in records ? records.line : records.length).toBeLessThan(2)
    }
  })
})

describe('disarm', () => {
  it('keeps a spreadsheet from executing a cell', () => {
    for (const cell of ['=1+1', '+49 30', '-1', '@SUM(A1)', '＝1', "'=1"]) expect(disarm(cell)).toBe(`'${cell}`)
    for (const cell of ['a=1', "it's", "'quoted'", '', '1-2']) expect(disarm(cell)).toBe(cell)
  })

  test.prop([fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', 'a', '＝'), maxLength: 6 })])(
    'is undone by rearm, and leaves nothing that executes',
    (cell) => {
      expect(rearm(disarm(cell))).toBe(cell)
      expect(disarm(cell)).not.toMatch(/^[=+\-@\t\r＝]/)
    },
  )
})
