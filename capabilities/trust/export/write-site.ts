import { mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseCheckpoint } from '../../../engines/tlog/checkpoint.ts'
import { parseNote } from '../../../engines/tlog/note.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import type { EvidenceLog } from '../../../kernel/ledger/evidence-log.ts'
import { loadAssets } from '../page/assets.ts'
import { logoFile } from '../page/publisher.ts'
import { type PageDeps, TrustPages } from '../page/trust-pages.ts'
import { securityTxt } from '../security-txt/security-txt.ts'
import { logPaths } from './log-paths.ts'

export interface WrittenSite {
  readonly files: number
  readonly bytes: number
  /** Until when the states shown are vouched for; null: nothing is sealed. */
  readonly validUntil: string | null
}

export type SiteDeps = PageDeps & Pick<RouteDeps, 'securityTxt'>

/**
 * Writes the trust page as files that any web server can serve: both languages, data, feeds, what the page loads, and, if
 * asked, the log itself, so that the check in the reader's browser works there too. The page says that it is a copy.
 *
 * Each file appears whole or not at all, the pages after everything they load.
 *
 * @param folder - new, empty, or written by this before
 * @throws {BergfriedError} `trust.not_a_copy` the folder holds something else
 */
export async function writeSite(
  deps: SiteDeps,
  folder: string,
  options: { readonly withLog: boolean; readonly onProgress?: (done: number, total: number) => void },
): Promise<WrittenSite> {
  await refuseForeign(folder)
  const assets = loadAssets()
  const pages = new TrustPages(deps, assets, { live: deps.signIn.url })
  const current = await pages.current()
  const feeds = await pages.feed()
  const written = { files: 0, bytes: 0 }
  const write = async (path: string, body: Uint8Array | string): Promise<void> => {
    await writeWhole(join(folder, path), body)
    written.files += 1
    written.bytes += body.length
  }
  for (const [path, entity] of assets.all) await write(join('trust/assets', assets.version, path), entity.body)
  const logo = await logoFile(deps.database.stage('bf_publish'))
  if (logo !== null) await write(logo.path, logo.body)
  if (options.withLog && deps.evidence !== null) await writeLog(deps.evidence, write, options.onProgress)
  for (const lang of ['de', 'en'] as const) await write(`trust/${lang}.atom`, feeds[lang].body)
  if (deps.securityTxt !== null)
    await write('.well-known/security.txt', securityTxt(deps.securityTxt, deps.signIn.url, deps.clock.now()))
  await write('trust.json', current.json.body)
  for (const lang of ['de', 'en'] as const) await write(`trust/${lang}/index.html`, current.html[lang].body)
  await write('trust/index.html', current.html.de.body)
  return { ...written, validUntil: current.validUntil }
}

/** Checkpoint last: whoever reads meanwhile finds every tile under the one that is there. */
async function writeLog(
  evidence: EvidenceLog,
  write: (path: string, body: Uint8Array) => Promise<void>,
  onProgress?: (done: number, total: number) => void,
): Promise<void> {
  const note = await evidence.read('checkpoint')
  if (note === null) return
  const paths = logPaths(parseCheckpoint(parseNote(Buffer.from(note).toString('utf8')).text).size)
  for (const [done, path] of paths.entries()) {
    const tile = await evidence.read(path)
    if (tile === null)
      throw new BergfriedError('evidence.store', { what: path, reason: 'it is missing', reasonDe: 'sie fehlt' })
    await write(join('log', path), tile)
    onProgress?.(done + 1, paths.length)
  }
  await write('log/checkpoint', note)
}

async function refuseForeign(folder: string): Promise<void> {
  const there: readonly string[] = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new BergfriedError('trust.not_a_copy', { folder }, { cause: error })
  })
  const ours = ['trust', 'trust.json', 'log', 'organisation', '.well-known']
  if (there.length > 0 && (!there.includes('trust.json') || there.some((name) => !ours.includes(name))))
    throw new BergfriedError('trust.not_a_copy', { folder })
}

async function writeWhole(path: string, body: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, body)
  await rename(`${path}.new`, path)
}
