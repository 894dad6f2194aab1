import { leafOf } from '../../../../kernel/ledger/leaf.ts'
import { BundleReader } from '../pack/bundle-reader.ts'
import { Opening } from '../pack/pack-format.ts'
import { failed } from './failed.ts'
import type { PackReader } from './pack-reader.ts'

/**
 * The opened entries of a pack by position, each compared with the leaf that the log holds at its place: the body is the one
 * that was committed to.
 *
 * @throws {BergfriedError} `verify.failed`
 */
export async function* provedOpenings(pack: PackReader): AsyncGenerator<Opening> {
  const { window, checkpoint } = pack.manifest
  const leaves = new BundleReader(pack.readTile, checkpoint.size)
  let before = -1
  for await (const opening of pack.lines('openings', Opening)) {
    const { position } = opening
    if (
      window.positions === null ||
      position <= before ||
      position < window.positions[0] ||
      position > window.positions[1]
    ) {
      throw failed(`entry ${position} is opened out of its turn`, `der Eintrag ${position} ist nicht an der Reihe`)
    }
    before = position
    if (Buffer.compare(await leaves.at(position), leafFrom(opening)) !== 0) {
      throw failed(
        `the body of entry ${position} is not the one that was committed to`,
        `der Inhalt des Eintrags ${position} ist nicht der, auf den man sich festgelegt hat`,
      )
    }
    yield opening
  }
}

const NO_SALT = new Uint8Array(0)

const leafFrom = ({ at, kind, body, salt }: Opening): Uint8Array =>
  leafOf({ at: new Date(at), kind, body, salt: salt === null ? NO_SALT : Buffer.from(salt, 'hex'), leaf: null })
