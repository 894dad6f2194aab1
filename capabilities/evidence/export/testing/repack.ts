import { hash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { canonicalJson, type Json } from '../../../../kernel/ledger/canonical-json.ts'
import { FOLDER } from '../pack/pack-format.ts'
import { TAR_END, tarHeader, tarPadding } from '../pack/tar-header.ts'

/** The files of an archive with short names, by name below the folder of the pack. */
export function filesOf(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  for (let at = 0; archive[at] !== 0; ) {
    const name = archive.toString('latin1', at, archive.indexOf(0, at))
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 135), 8)
    files.set(name.slice(FOLDER.length + 1), archive.subarray(at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}

/**
 * What somebody does who changes a pack and puts everything in order that needs no key: digests, counts of files, headers.
 *
 * @param change - changes the files or the manifest
 */
export function repack(
  from: string,
  to: string,
  change: (files: Map<string, Buffer>, manifest: Record<string, Json>) => void,
): void {
  const files = filesOf(readFileSync(from))
  const manifest = JSON.parse(String(files.get('manifest.json'))) as Record<string, Json>
  files.delete('manifest.json')
  files.delete('digests.sha256')
  change(files, manifest)
  const digests = [...files].map(([name, bytes]) => `${hash('sha256', bytes, 'hex')}  ${name}\n`).join('')
  manifest['files'] = files.size
  manifest['digests'] = hash('sha256', digests, 'hex')
  files.set('digests.sha256', Buffer.from(digests))
  files.set('manifest.json', Buffer.from(canonicalJson(manifest)))
  const parts = [...files].flatMap(([name, bytes]) => [
    tarHeader(`${FOLDER}/${name}`, bytes.length),
    bytes,
    tarPadding(bytes.length),
  ])
  writeFileSync(to, Buffer.concat([...parts, TAR_END]))
}
