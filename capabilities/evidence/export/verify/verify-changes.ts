import { createHash } from 'node:crypto'
import * as z from 'zod'
import { ChangeLine, type Opening } from '../pack/pack-format.ts'
import { failed } from './failed.ts'
import type { PackReader } from './pack-reader.ts'
import { Peek } from './peek.ts'

const Verdicts = z.object({ check: z.string(), digest: z.string() })

export interface ProvedChanges {
  /** Entries whose changes give their digest. */
  judgements: number
  /** Entries that share check and instant with another: one fleet in several statements, told apart by nobody. */
  shared: number
  lines: number
}

/**
 * Proves the changes of the findings: those of each opened entry of kind `verdicts` give its digest.
 *
 * @param verdicts - the opened entries of that kind, by position
 * @param checks - the checks whose rows the pack holds; entries of others have no changes here
 * @throws {BergfriedError} `verify.failed`
 */
export async function verifyChanges(
  pack: PackReader,
  verdicts: AsyncIterable<Opening>,
  checks: ReadonlySet<string>,
): Promise<ProvedChanges> {
  const counts: ProvedChanges = { judgements: 0, shared: 0, lines: 0 }
  const lines = new Peek(pack.lines('findings/changes', ChangeLine))
  const shared = new Set<number>()
  for await (const opening of verdicts) {
    const told = Verdicts.parse(JSON.parse(opening.body))
    if (!checks.has(told.check)) continue
    if (shared.delete(opening.position)) {
      counts.shared++
      continue
    }
    const head = await lines.peek()
    if (head?.positions[0] !== opening.position || head.check !== told.check || head.at !== opening.at)
      throw other(opening)
    const { digest, count } = await digestOf(lines, head.positions)
    counts.lines += count
    if (head.positions.length === 1) {
      if (digest !== told.digest) throw other(opening)
      counts.judgements++
    } else {
      counts.shared++
      for (const position of head.positions.slice(1)) shared.add(position)
    }
  }
  if ((await lines.peek()) !== null || shared.size > 0) {
    throw failed('there are changes that no judgement tells of', 'es gibt Änderungen, von denen kein Urteil spricht')
  }
  return counts
}

async function digestOf(
  lines: Peek<ChangeLine>,
  positions: readonly number[],
): Promise<{ digest: string; count: number }> {
  const sum = createHash('sha256')
  const key = positions.join()
  let count = 0
  for (let line = await lines.peek(); line?.positions.join() === key; line = await lines.peek()) {
    sum.update(count++ === 0 ? line.line : `\n${line.line}`)
    await lines.take()
  }
  return { digest: sum.digest('hex'), count }
}

const other = ({ position }: Opening) =>
  failed(
    `the rows of judgement ${position} are not those that it tells of`,
    `die Zeilen des Urteils ${position} sind nicht die, von denen es spricht`,
  )
