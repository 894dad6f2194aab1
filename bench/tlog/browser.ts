import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const ENGINE = join(import.meta.dirname, '..', '..', 'engines', 'tlog')
const ROUNDS = 200

export interface Offline {
  readonly text: string
  /** The entry in hexadecimal. */
  readonly entry: string
  readonly log: string
  readonly witnesses: readonly string[]
}

/** Milliseconds that Chromium takes for an offline proof, each time; or why it could not be asked. */
export async function browserTimes(proof: Offline): Promise<readonly number[] | string> {
  const scripts = new Map(
    readdirSync(ENGINE)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => [`/${name}`, stripTypeScriptTypes(readFileSync(join(ENGINE, name), 'utf8'))]),
  )
  const server = createServer((request, response) => {
    const script = scripts.get(request.url ?? '')
    const type = script === undefined ? 'text/html' : 'text/javascript'
    response.writeHead(200, { 'content-type': type }).end(script ?? '<!doctype html>')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  try {
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      return await page.evaluate<number[]>(measure(proof))
    } finally {
      await browser.close()
    }
  } catch (error) {
    return `Chromium: not measured (${String(error).split('\n')[0]})`
  } finally {
    server.close()
  }
}

/** What the page runs: a visitor's first verification, and then the others. */
const measure = (proof: Offline): string => `(async () => {
  const { parseVerifierKey } = await import('/note.ts')
  const { verifyProof } = await import('/offline-proof.ts')
  const { text, entry, log, witnesses } = ${JSON.stringify(proof)}
  const policy = { log: parseVerifierKey(log), witnesses: witnesses.map(parseVerifierKey), quorum: witnesses.length }
  const bytes = Uint8Array.from(entry.match(/../g), (b) => parseInt(b, 16))
  const times = []
  for (let i = 0; i < ${ROUNDS}; i++) {
    const began = performance.now()
    await verifyProof(text, bytes, policy)
    times.push(performance.now() - began)
  }
  return times
})()`
