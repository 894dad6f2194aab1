import type { FactKind } from '../../facts/kinds.ts'
import type { Clock } from '../../kernel/clock/clock.ts'
import { collectSystem } from '../../kernel/collect/run.ts'
import type { RegisteredSystem } from '../../kernel/collect/systems.ts'
import type { StagePool } from '../../kernel/db/database.ts'
import { columnsOf } from '../../kernel/db/fact-tables.ts'
import { REGISTER_KINDS, type Register } from './contract.ts'

/** The register as it holds now. Days come as ISO 8601 texts. */
export async function readRegister(collect: StagePool, register: RegisteredSystem): Promise<Register> {
  const read = async (kind: (typeof REGISTER_KINDS)[number]) => {
    const columns = columnsOf(kind).map((c) => `${c.column}${c.type === 'date' ? '::text' : ''} as "${c.field}"`)
    return collect.query(
      `select ${columns.join(', ')} from fact.${kind} where system_id = $1 and valid_to = 'infinity' order by 1, 2`,
      [register.id],
    )
  }
  const rows = await Promise.all(REGISTER_KINDS.map(async (kind) => [kind, await read(kind)] as const))
  return Object.fromEntries(rows) as unknown as Register
}

/** Stores the register whole: what is no longer in it ends, with its history kept. Returns the kinds that changed. */
export async function storeRegister(
  collect: StagePool,
  clock: Clock,
  system: RegisteredSystem,
  register: Register,
): Promise<readonly FactKind[]> {
  const given = new Map<FactKind, readonly Readonly<Record<string, unknown>>[]>(
    REGISTER_KINDS.map((kind) => [kind, register[kind]]),
  )
  const stored = await collectSystem(collect, { system, connectors: [], target: undefined as never, clock, given })
  return stored.changed
}
