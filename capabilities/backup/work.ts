import type { Identity } from '../../engines/age/x25519.ts'
import type { Clock } from '../../kernel/clock/clock.ts'
import type { BackupPlan } from '../../kernel/config/backup-config.ts'
import type { StagePool } from '../../kernel/db/database.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { DatabaseSource } from './dump/take-backup.ts'
import type { DrillWork } from './restore/drill.ts'
import type { BackupStore } from './store/backup-store.ts'

/** What backups and drills are made with. */
export interface BackupBench {
  readonly pool: StagePool
  readonly clock: Clock
  readonly storeOf: (plan: BackupPlan) => Promise<BackupStore>
  readonly sourceOf: (plan: BackupPlan) => DatabaseSource
  /** @throws {BergfriedError} `config.secret_missing`, `backup.not_for_us` */
  readonly identitiesOf: (plan: BackupPlan) => Promise<readonly Identity[]>
  /** Where and as whom scratch clusters run. */
  readonly scratch: Pick<DrillWork, 'folder' | 'asUser' | 'bundled' | 'connect'>
}

/** What a failure is called where it is kept: its code alone, never what it said. */
export const codeOf = (error: unknown): string => (error instanceof BergfriedError ? error.code : 'defect')
