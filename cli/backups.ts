import type { BackupPlan } from '../kernel/config/backup-config.ts'
import { BergfriedError } from '../kernel/errors.ts'
import type { World } from './command.ts'

/** @throws {BergfriedError} `backup.unknown` */
export function planNamed(plans: readonly BackupPlan[], name: string | undefined): BackupPlan {
  const plan = plans.find((p) => p.name === name)
  if (plan === undefined) throw new BergfriedError('backup.unknown', { what: `“${(name ?? '').slice(0, 63)}”` })
  return plan
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

export function size(bytes: number): string {
  const step = bytes < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10))
  return `${(bytes / 1024 ** step).toFixed(step === 0 ? 0 : 1)} ${UNITS[step]}`
}

/** Tells how far it is where somebody watches. */
export function telling(world: World, name: string): (done: number, total: number) => void {
  let last = -1
  return (done, total) => {
    const tenth = Math.min(10, Math.floor((done * 10) / Math.max(1, total)))
    if (!world.interactive || tenth === last) return
    last = tenth
    world.note(`${name}: ${size(done)}`)
  }
}
