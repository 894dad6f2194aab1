import { readFile, readlink, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** First lines of postmaster.pid (PostgreSQL source, src/include/utils/pidfile.h): pid on line 1, status on line 8. */
export async function readPidFile(data: string): Promise<{ pid: number; status: string } | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => null)
  if (text === null) return null
  const lines = text.split('\n')
  const pid = Number(lines[0])
  return Number.isInteger(pid) && pid > 1 ? { pid, status: (lines[7] ?? '').trim() } : null
}

/** True where the process is a PostgreSQL server on that data folder, not a stranger who got a killed one's number. */
export async function isPostgresOf(pid: number, data: string): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const program = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => null)
  if (program !== null && program.trim() !== 'postgres') return false
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => null)
  if (folder === null) return program !== null || basename(data) === 'pgdata'
  return folder === (await realpath(data).catch(() => data))
}
