import { createHmac } from 'node:crypto'
import { fc, test as property } from '@fast-check/vitest'
import { beforeAll, describe, expect, it } from 'vitest'
import { formatVerifierKey } from '../engines/tlog/note.ts'
import { canonicalJson } from './canonical-json.ts'
import { NOTHING_PINNED, type Pinned } from './log-steps.ts'
import type { Remembered } from './result.ts'
import { CHAPTERS, MADE, privateEntry, statementEntries } from './testing/sealed-page.ts'
import { newSigner, newWitness, TestLog } from './testing/test-log.ts'
import { stepOf } from './testing/verify-sealed.ts'
import { verifyBundle } from './verify-bundle.ts'

const salt = Buffer.alloc(32, 7)
const body = '{"check":"access.unique-uids","opened":1}'
const commitment = createHmac('sha256', salt).update(body).digest('hex')
const closed = canonicalJson({ at: MADE, commitment, kind: 'verdicts' })
const log = new TestLog({ witnesses: [newWitness('w1.example.org')] })
const key = formatVerifierKey(log.signer.key)
const pinned: Pinned = { ...NOTHING_PINNED, verifierKey: key }

let json: string
let publicJson: string
beforeAll(async () => {
  const [statement = ''] = statementEntries(CHAPTERS)
  await log.seal([privateEntry(1), closed, statement, privateEntry(2)], new Date(MADE))
  const { verifierKey, witnesses, quorum } = log.identity
  const bundle = async (entry: string, index: number) => ({
    format: 'bergfried-evidence/1',
    entry,
    proof: await log.proofOf(index),
    log: verifierKey,
    witnesses: witnesses.map((w) => w.verifierKey),
    quorum,
  })
  json = JSON.stringify({ ...(await bundle(closed, 1)), opening: { body, salt: salt.toString('hex') } })
  publicJson = JSON.stringify(await bundle(statement, 2))
})

const nobody = (): null => null
const edit = (change: (bundle: Record<string, unknown>) => void): string => {
  const bundle = JSON.parse(json)
  change(bundle)
  return JSON.stringify(bundle)
}

describe('a bundle', () => {
  it('is proved offline to whoever has the key of the log, with the content that the entry commits to', async () => {
    const result = await verifyBundle(json, { pinned, remembered: nobody })
    expect(result).toMatchObject({ answer: 'holds', body, entry: closed })
    expect(result.seal).toMatchObject({ entries: [1], size: 4, at: MADE })
    expect(stepOf(result, 'opening')).toMatchObject({ ok: true })
  })

  it('that names its own key shows nothing about whose log it is', async () => {
    const result = await verifyBundle(json, { pinned: NOTHING_PINNED, remembered: nobody })
    expect(result.answer).toBe('unknown')
    expect(stepOf(result, 'log')?.detail?.en).toContain(key)
  })

  it('of a log that is known from its page is proved', async () => {
    const { witnesses, quorum } = log.identity
    const known: Remembered = {
      verifierKey: key,
      witnesses: witnesses.map((w) => w.verifierKey),
      quorum,
      size: 0,
      root: '',
    }
    expect((await verifyBundle(json, { pinned: NOTHING_PINNED, remembered: () => known })).answer).toBe('holds')
    const other = { ...known, verifierKey: formatVerifierKey(newSigner('log.example.com').key) }
    const result = await verifyBundle(json, { pinned: NOTHING_PINNED, remembered: () => other })
    expect(stepOf(result, 'log')?.text.en).toMatch(/ALARM/)
  })

  it('without opening proves that the entry existed, and says that it proves no more', async () => {
    const result = await verifyBundle(
      edit((b) => delete b['opening']),
      { pinned, remembered: nobody },
    )
    expect(result).toMatchObject({ answer: 'holds', body: null })
    expect(stepOf(result, 'entry')?.text.en).toMatch(/not what it says/)
  })

  it('of a statement is open already', async () => {
    expect((await verifyBundle(publicJson, { pinned, remembered: nobody })).answer).toBe('holds')
  })

  it.each<[string, (bundle: Record<string, unknown>) => void]>([
    ['another content', (b) => Object.assign(b, { opening: { body: `${body} `, salt: salt.toString('hex') } })],
    ['another salt', (b) => Object.assign(b, { opening: { body, salt: '00'.repeat(32) } })],
    ['another entry', (b) => Object.assign(b, { entry: privateEntry(1) })],
    ['an entry that is not canonical', (b) => Object.assign(b, { entry: `${closed} ` })],
    ['another key', (b) => Object.assign(b, { log: formatVerifierKey(newSigner('log.example.com').key) })],
    ['a quorum that is not reached', (b) => Object.assign(b, { quorum: 2 })],
    ['a witness that did not sign', (b) => Object.assign(b, { witnesses: [formatVerifierKey(newWitness('w2').key)] })],
    ['an unknown member', (b) => Object.assign(b, { more: 1 })],
  ])('with %s is refuted', async (_, change) => {
    const result = await verifyBundle(edit(change), { pinned, remembered: nobody })
    expect(result).toMatchObject({ answer: 'fails', body: null })
  })

  property.prop([fc.nat(), fc.integer({ min: 1, max: 127 })], { numRuns: 500 })(
    'with any single changed character is not proved, but for the witness policy that it asks for itself',
    async (which, turn) => {
      const at = which % json.length
      const code = ((json.charCodeAt(at) - 32 + turn) % 95) + 32
      const changed = json.slice(0, at) + String.fromCharCode(code) + json.slice(at + 1)
      const mine: Pinned = { ...pinned, witnesses: log.identity.witnesses.map((w) => w.verifierKey), quorum: 1 }
      const result = await verifyBundle(changed, { pinned: mine, remembered: nobody })
      const quorumAt = json.indexOf('"quorum":') + 9
      const own = json.indexOf('"witnesses"') <= at && at <= quorumAt
      if (changed !== json && !own) expect(result.answer).not.toBe('holds')
    },
  )
})
