import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { FACTS } from '../../facts/kinds.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { COLUMNS } from './columns.ts'
import { REGISTER_KINDS, RegisterImport } from './contract.ts'
import { parseRegister, registerCsv, takeRegister, templateCsv } from './register-csv.ts'

const file = (content: string | Uint8Array, name = 'people.csv') => ({ file: name, content })
const PEOPLE =
  'Kennung;Name;E-Mail;Status;Eintritt;Austritt\np-1;Ada;ada@example.org;aktiv;01.02.2025;\np-2;Bob;;aktiv;;\n'
const SERVICES = 'service,purpose,owner\nbackup,nightly backup,p-2\n'
const ACCOUNTS = 'system,account,owner kind,owner\n*,ada,person,p-1\n*,backup,service,backup\n'
const ENTITLEMENTS = 'System;Konto;Recht;Grund;Freigegeben von;Bis\n*;ada;Datenbank;betreibt sie;p-2;31.12.2027\n'
const FINGERPRINT = 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDRWkN3F1R4Pqz1D0E'
const KEYS = `owner,fingerprint\np-1,${FINGERPRINT}\n`

const ALL = {
  person: file(PEOPLE, 'people.csv'),
  service_account: file(SERVICES, 'services.csv'),
  account_owner: file(ACCOUNTS, 'accounts.csv'),
  entitlement: file(ENTITLEMENTS, 'entitlements.csv'),
  enrolled_key: file(KEYS, 'keys.csv'),
}

/** File, line and German sentence of the refusal. */
function refusal(run: () => unknown): { file: unknown; line: unknown; de: string; en: string } {
  try {
    run()
  } catch (error) {
    if (!(error instanceof BergfriedError)) throw error
    expect(error.code).toBe('register.invalid')
    return {
      file: error.detail['file'],
      line: error.detail['line'],
      de: error.sentence('de'),
      en: error.sentence('en'),
    }
  }
  throw new Error('nothing was refused')
}

const refusedPeople = (content: string | Uint8Array) => refusal(() => parseRegister({ person: file(content) }))

describe('parseRegister', () => {
  it('reads all five files into rows that are facts', () => {
    const register = parseRegister(ALL)
    expect(register.person).toEqual([
      {
        person: 'p-1',
        displayName: 'Ada',
        email: 'ada@example.org',
        status: 'active',
        startsOn: '2025-02-01',
        endsOn: null,
      },
      { person: 'p-2', displayName: 'Bob', email: null, status: 'active', startsOn: null, endsOn: null },
    ])
    expect(register.entitlement).toEqual([
      {
        targetSystem: '*',
        account: 'ada',
        privilege: 'database',
        need: 'betreibt sie',
        approvedBy: 'p-2',
        until: '2027-12-31',
      },
    ])
    for (const kind of REGISTER_KINDS) {
      expect(register[kind].length).toBeGreaterThan(0)
      for (const row of register[kind]) expect(FACTS.get(kind)?.shape.safeParse(row).success).toBe(true)
    }
  })

  it('takes what spreadsheets make of a file', () => {
    const people = parseRegister({ person: file(PEOPLE) }).person
    const variants = [
      `\uFEFF${PEOPLE}`,
      PEOPLE.replaceAll('\n', '\r\n'),
      PEOPLE.replaceAll('\n', '\r'),
      PEOPLE.replaceAll(';', ','),
      PEOPLE.replaceAll(';', '\t'),
      `sep=;\n${PEOPLE}`,
      `${PEOPLE};;;;;\n\n`,
      PEOPLE.replace('Kennung', '"KENNUNG"').replace('E-Mail', ' e mail '),
    ]
    for (const variant of variants) expect(parseRegister({ person: file(variant) }).person).toEqual(people)
    expect(parseRegister({ person: file(new TextEncoder().encode(`\uFEFF${PEOPLE}`)) }).person).toEqual(people)
  })

  it('says file, line and what was expected, in both languages', () => {
    const wrong = refusedPeople(PEOPLE.replace('Bob;;aktiv', 'Bob;;krank'))
    expect(wrong).toMatchObject({ file: 'people.csv', line: 3 })
    expect(wrong.de).toBe(
      'people.csv, Zeile 3: „Status“ passt nicht („krank“), erwartet wird „aktiv“ oder „ausgeschieden“. Nichts wurde übernommen.',
    )
    expect(wrong.en).toBe(
      'people.csv, line 3: “Status” does not fit (“krank”), expected is “active” or “left”. Nothing was taken over.',
    )
  })

  it.each([
    ['an empty file', '', 1, 'Kopfzeile fehlt'],
    ['an unknown column', 'Kennung;Nmae;Status\n', 1, '„Nmae“ ist unbekannt'],
    ['a missing column', 'Kennung;Name\n', 1, '„Status“ fehlt'],
    ['a column twice', 'Kennung;id;Name;Status\n', 1, 'kommt zweimal vor'],
    [
      'a day that does not exist',
      'Kennung;Name;Status;Austritt\np-1;Ada;aktiv;30.02.2026\n',
      2,
      '„Austritt“ passt nicht',
    ],
    [
      'a day written the American way',
      'Kennung;Name;Status;Austritt\np-1;Ada;aktiv;02/03/2026\n',
      2,
      'erwartet wird ein Tag',
    ],
    ['an empty name', 'Kennung;Name;Status\np-1;;aktiv\n', 2, '„Name“ ist leer'],
    ['too few cells', 'Kennung;Name;Status\np-1;Ada\n', 2, '2 Felder, die Kopfzeile hat 3'],
    ['too many cells', 'Kennung;Name;Status\np-1;Ada;aktiv;x\n', 2, '4 Felder, die Kopfzeile hat 3'],
    ['text under no header', 'Kennung;Name;Status;\np-1;Ada;aktiv;x\n', 2, 'keine Überschrift'],
    ['an open quote', 'Kennung;Name;Status\np-1;"Ada;aktiv\n', 2, 'nie geschlossen'],
    ['a control character', 'Kennung;Name;Status\np-1;A\u0007da;aktiv\n', 2, '„Name“ passt nicht'],
    ['text that turns its direction', 'Kennung;Name;Status\np-1;A\u202eda;aktiv\n', 2, '„Name“ passt nicht'],
    ['an id twice', 'Kennung;Name;Status\np-1;Ada;aktiv\nP-1;Eve;aktiv\n', 3, '„P-1“ kommt zweimal vor'],
    ['an email address twice', 'Kennung;Name;Status;Email\na;A;aktiv;x@y.z\nb;B;aktiv;X@Y.z\n', 3, 'kommt zweimal vor'],
    [
      'an end before the start',
      'Kennung;Name;Status;Eintritt;Austritt\na;A;left;2026-02-02;2026-02-01\n',
      2,
      'liegt vor dem Eintritt',
    ],
  ])('refuses %s', (_what, content, line, words) => {
    const refused = refusedPeople(content)
    expect(refused.line).toBe(line)
    expect(refused.de).toContain(words)
  })

  it('refuses other encodings, large files and too many lines', () => {
    expect(refusedPeople(new Uint8Array([0x4b, 0xfc, 0x0a])).de).toContain('UTF-8')
    expect(refusedPeople(new Uint8Array([0xff, 0xfe, 0x4b, 0x00])).de).toContain('UTF-8')
    expect(refusedPeople('x'.repeat(10 * 1024 * 1024 + 1)).de).toContain('10 MiB')
    const head = 'Kennung;Name;Status\n'
    const rows = (n: number) => head + Array.from({ length: n }, (_, i) => `p${i};A;left\n`).join('')
    expect(parseRegister({ person: file(rows(100_000)) }).person).toHaveLength(100_000)
    expect(refusedPeople(rows(100_001))).toMatchObject({ line: 100_002 })
  })

  it('never repeats what may be a secret in the wrong column', () => {
    const secret = '-----BEGIN OPENSSH PRIVATE KEY-----'
    const refused = refusal(() =>
      parseRegister({ ...ALL, enrolled_key: file(KEYS.replace(/SHA256.*/, secret), 'keys.csv') }),
    )
    expect(refused).toMatchObject({ file: 'keys.csv', line: 2 })
    expect(`${refused.de}${refused.en}`).not.toContain('BEGIN')
  })

  it('counts the other problems', () => {
    const refused = refusedPeople('Kennung;Name;Status\na;A;x\nb;B;y\nc;C;z\n')
    expect(refused.line).toBe(2)
    expect(refused.de).toContain('(und 2 weitere)')
    expect(refused.en).toContain('(and 2 more)')
  })
})

describe('templates and export', () => {
  it.each(REGISTER_KINDS.flatMap((kind) => [[kind, 'de' as const] as const, [kind, 'en' as const] as const]))(
    'the template of %s (%s) is a file without rows',
    (kind, lang) => {
      const template = templateCsv(kind, lang)
      expect(template.trim().split(lang === 'de' ? ';' : ',')).toHaveLength(COLUMNS[kind].length)
      expect(parseRegister({ [kind]: file(template) })[kind]).toEqual([])
    },
  )

  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map(
    (s) =>
      s
        .replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '')
        .normalize('NFC')
        .trim() || '=x',
  )
  const day = fc
    .date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
    .map((d) => d.toISOString().slice(0, 10))
  const people = fc.uniqueArray(
    fc.record({
      person: text,
      displayName: text,
      email: fc.constant(null),
      status: fc.constantFrom('active' as const, 'left' as const),
      startsOn: fc.constant(null),
      endsOn: fc.option(day),
    }),
    { maxLength: 6, selector: (p) => p.person.toLowerCase() },
  )

  test.prop([people, fc.constantFrom('de' as const, 'en' as const)])(
    'an export is read back as it was',
    (rows, lang) => {
      expect(parseRegister({ person: file(registerCsv('person', rows, lang)) }).person).toEqual(rows)
    },
  )

  it('starts no formula', () => {
    const row = { service: '=cmd|calc!A1', purpose: '@SUM(1)', owner: '-1' }
    expect(registerCsv('service_account', [row], 'en')).toContain("'=cmd|calc!A1,'@SUM(1),'-1")
  })
})

describe('takeRegister', () => {
  it('gives from JSON what CSV gives', () => {
    const body = RegisterImport.parse(JSON.parse(JSON.stringify(parseRegister(ALL))))
    expect(takeRegister(body)).toEqual(parseRegister(ALL))
  })

  it('names kind and row', () => {
    const body = RegisterImport.parse({ enrolled_key: [{ owner: 'p-9', fingerprint: FINGERPRINT }] })
    expect(refusal(() => takeRegister(body))).toMatchObject({ file: 'enrolled_key', line: 1 })
  })

  it('refuses unknown fields and bad values in the schema', () => {
    expect(RegisterImport.safeParse({ people: [] }).success).toBe(false)
    expect(RegisterImport.safeParse({ person: [{ person: 'a', displayName: 'A', status: 'gone' }] }).success).toBe(
      false,
    )
  })
})
