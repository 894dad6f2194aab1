import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'bergfried-tlog-'))
afterAll(() => rmSync(folder, { recursive: true }))

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))

/** What a page does: no process, no node modules, the files as they are served, and proofs from the vectors. */
const PAGE = `
globalThis.process = undefined
globalThis.Buffer = undefined
const { sha256 } = await import('./sha256.js')
const { parseVerifierKey } = await import('./note.js')
const { verifyProof } = await import('./offline-proof.js')
const { Tree } = await import('./append.js')
const hex = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('')
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (b) => parseInt(b, 16))
const { valid, invalid } = PROOFS
const said = []
for (const v of [...valid, ...invalid]) {
  const policy = { log: parseVerifierKey(v.log), witnesses: v.witnesses.map(parseVerifierKey), quorum: v.quorum }
  said.push(await verifyProof(v.text, fromHex(v.entry), policy).then(() => 'accepted', (e) => e.code ?? String(e)))
}
const root = hex(Tree.empty().append(ROOTS.entries.map(fromHex)).root)
console.log(JSON.stringify({ said, root, digest: hex(sha256(new Uint8Array(0))) }))
`

beforeAll(() => {
  for (const name of files) {
    const script = stripTypeScriptTypes(readFileSync(join(import.meta.dirname, name), 'utf8'))
    // Node would strip the types of a .ts file once more; a browser goes by the media type and keeps the name.
    writeFileSync(join(folder, name.replace(/ts$/, 'js')), script.replace(/(from '\.\/[^']+)\.ts'/g, "$1.js'"))
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
})

it('runs in a browser as it is served: types stripped, no Node', () => {
  const vectors = (name: string): string => readFileSync(join(import.meta.dirname, 'vectors', name), 'utf8')
  const page = PAGE.replace('PROOFS', () => vectors('proofs.json')).replace('ROOTS', () => `(${vectors('roots.json')})`)
  writeFileSync(join(folder, 'page.js'), page)
  const { stdout, stderr } = spawnSync(process.execPath, [join(folder, 'page.js')], { encoding: 'utf8' })
  expect(stderr).toBe('')
  type Case = { error?: string }
  const { valid, invalid } = JSON.parse(vectors('proofs.json')) as { valid: Case[]; invalid: Case[] }
  const { roots } = JSON.parse(vectors('roots.json')) as { roots: { root: string }[] }
  expect(JSON.parse(stdout)).toEqual({
    said: [...valid.map(() => 'accepted'), ...invalid.map(({ error }) => error)],
    root: roots.at(-1)?.root,
    digest: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  })
})

/** A page without HTTPS gets no cryptography. */
const INSECURE = `
Object.defineProperty(globalThis, 'crypto', { value: {} })
const { parseVerifierKey } = await import('./note.js')
const { verifyNote } = await import('./verify-note.js')
for (const v of [...FOREIGN.notes.slice(0, 1), ...FOREIGN.mlDsa44]) {
  console.log(await verifyNote(v.note, [parseVerifierKey(v.key)]).catch((e) => e.code + ': ' + e.message))
}
`

it('says that it cannot look, where a platform gives no cryptography, and never that a signature is wrong', () => {
  const foreign = readFileSync(join(import.meta.dirname, 'vectors', 'foreign.json'), 'utf8')
  writeFileSync(
    join(folder, 'insecure.js'),
    INSECURE.replaceAll('FOREIGN', () => `(${foreign})`),
  )
  const { stdout, stderr } = spawnSync(process.execPath, [join(folder, 'insecure.js')], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout.trim().split('\n')).toEqual([
    'unverified: this platform gives no cryptography to this page',
    'unverified: no known key signed this note',
  ])
})

it('imports nothing but its own files', () => {
  for (const name of files) {
    const imports = [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/ from '([^']+)'/g)]
    for (const [, target = ''] of imports) {
      expect(target.startsWith('./') && files.includes(target.slice(2)), `${name} imports ${target}`).toBe(true)
    }
  }
})
