import { chromium } from 'playwright-core'

const ROUNDS = 200

export interface BrowserTimes {
  readonly name: string
  /** Milliseconds, in the order in which they were taken. */
  readonly times: readonly number[]
}

/** What Chromium takes for the page's own check, with the very files that the page loads. The network is left out. */
export async function inChromium(origin: string): Promise<readonly BrowserTimes[]> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    // The browser's clock runs in steps of 0.1 ms unless the page is isolated.
    const page = await browser.newPage({ bypassCSP: true })
    await page.goto(`${origin}/trust/en`)
    await page.locator('#answer[data-answer]').waitFor()
    const [whole, proof] = (await page.evaluate(MEASURE)) as [number[], number[]]
    return [
      { name: 'the whole page (offline steps)', times: whole },
      { name: 'one tlog-proof with its signatures', times: proof },
    ]
  } finally {
    await browser.close()
  }
}

const MEASURE = `(async () => {
  const script = document.querySelector('script[src]').src
  const root = script.slice(0, script.indexOf('trust-page/'))
  const { verifyTrust } = await import(root + 'verifier/verify-trust.ts')
  const { parseVerifierKey } = await import(root + 'engines/tlog/note.ts')
  const { parseProof } = await import(root + 'engines/tlog/offline-proof.ts')
  const { verifyWitnessed } = await import(root + 'engines/tlog/cosignature.ts')
  const { verifyInclusion } = await import(root + 'engines/tlog/proof.ts')
  const { leafHash } = await import(root + 'engines/tlog/merkle.ts')
  const json = await (await fetch('/trust.json')).text()
  const { evidence } = JSON.parse(json)
  const pinned = { verifierKey: null, witnesses: null, quorum: 0 }
  const policy = { log: parseVerifierKey(evidence.verifierKey), witnesses: [], quorum: 0 }
  const [{ entry, proof: text }] = evidence.statements
  const bytes = new TextEncoder().encode(entry)
  const timed = async (work) => {
    const times = []
    for (let i = 0; i < ${ROUNDS}; i++) {
      const began = performance.now()
      if (!(await work())) throw new Error('not verified')
      times.push(performance.now() - began)
    }
    return times
  }
  const whole = await timed(async () => {
    const options = { now: new Date(), pinned, remembered: null, openLog: null, mostBundles: 0 }
    return (await verifyTrust(json, options)).answer === 'holds'
  })
  const one = await timed(async () => {
    const { index, proof, note } = parseProof(text)
    const { checkpoint: { size, root } } = await verifyWitnessed(note, policy)
    return verifyInclusion({ leaf: leafHash(bytes), index, size, proof, root })
  })
  return [whole, one]
})()`
