import { fc, test } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { csvLine } from './csv.ts'

it('is RFC 4180: quotes where they are needed, doubled inside, lines end with CR LF', () => {
  expect(csvLine(['a', 'b,c', 'say "x"', 'two\nlines', 7, true, null])).toBe(
    'a,"b,c","say ""x""","two\nlines",7,true,\r\n',
  )
})

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('lets no spreadsheet run %j', (text) => {
  expect(csvLine([text])).toBe(`"'${text}"\r\n`)
})

/** A small reader of the format, written apart from the writer. */
function read(line: string): string[] {
  const cells: string[] = []
  let [cell, quoted] = ['', false]
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? ''
    if (quoted && c === '"' && line[i + 1] === '"') {
      cell += '"'
      i += 1
    } else if (c === '"') quoted = !quoted
    else if (!quoted && (c === ',' || line.startsWith('\r\n', i))) {
      cells.push(cell)
      cell = ''
      if (c === '\r') break
    } else cell += c
  }
  return cells
}

test.prop([fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { minLength: 1, maxLength: 6 })])(
  'reads back as what was written, but for the apostrophe before a formula',
  (cells) => {
    expect(read(csvLine(cells))).toEqual(cells.map((c) => (/^[=+\-@\t\r]/.test(c) ? `'${c}` : c)))
  },
)
