import type { BackupPlan } from '../config/backup-config.ts'

/** What is backed up, and who to tell that it should be done now. */
export interface BackupDesk {
  readonly plans: readonly BackupPlan[]
  running(name: string): boolean
  /** Begins at once, out of turn. Returns as soon as it has begun. @throws {BergfriedError} `backup.busy`, `backup.unknown` */
  backUpNow(name: string): void
  /** @throws {BergfriedError} `backup.busy`, `backup.unknown` */
  drillNow(name: string): void
}
