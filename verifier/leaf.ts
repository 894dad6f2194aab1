import { canonicalJson } from './canonical-json.ts'
import { Refuted } from './refuse.ts'
import { both } from './result.ts'
import { flag, instant, list, nullable, object, oneOf, parseJson, type Reader, string, whole } from './shape.ts'
import { controlId, hexDigest, MOST_ENTRY, MOST_PARTS, STATES } from './trust-document.ts'

const told = object({
  claim: hexDigest,
  id: controlId,
  measuredAt: nullable(instant),
  population: whole(),
  since: instant,
  state: oneOf(...STATES),
})

const statement = object(
  {
    controls: list(told, 1_000),
    /** Only where everything told of is made up. */
    demo: flag,
    /** SHA-256 over the headings: absent where only the sentences are sealed. */
    outline: hexDigest,
    part: whole(MOST_PARTS - 1),
    parts: whole(MOST_PARTS),
    policy: hexDigest,
    v: oneOf(1),
    validUntil: instant,
  },
  ['outline', 'demo'],
)

const publicLeaf = object({ at: instant, body: statement, kind: oneOf('statement') })
const privateLeaf = object({ at: instant, commitment: hexDigest, kind: string(40, /^(?!statement$)[a-z_]+$/) })

type Read<R> = R extends Reader<infer T> ? T : never
/** A control as a sealed statement tells of it. */
export type ToldControl = Read<typeof told>
/** An entry whose body is published: what was judged of the public controls. */
export type StatementLeaf = Read<typeof publicLeaf>
/** An entry of which the log holds a commitment alone. */
export type PrivateLeaf = Read<typeof privateLeaf>

/**
 * Takes an entry of the log apart. Only canonical JSON passes, so that no two readers can read two different things.
 *
 * @throws {Refuted}
 */
export function parseLeaf(entry: string): StatementLeaf | PrivateLeaf {
  const value = parseJson(entry, MOST_ENTRY, 'entry')
  if (canonicalJson(value) !== entry) {
    throw new Refuted(both('Der Eintrag ist kein kanonisches JSON.', 'The entry is not canonical JSON.'))
  }
  return isStatement(value) ? publicLeaf(value, 'entry') : privateLeaf(value, 'entry')
}

/** Whether something parsed claims to be a statement. */
export const isStatement = (value: unknown): boolean =>
  value !== null && typeof value === 'object' && (value as { kind?: unknown }).kind === 'statement'

export const isPublic = (leaf: StatementLeaf | PrivateLeaf): leaf is StatementLeaf => 'body' in leaf
