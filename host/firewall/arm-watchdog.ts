import { spawn } from 'node:child_process'
import { extname, join } from 'node:path'
import { problem } from '../errors.ts'

const ARM_MS = 20_000

/**
 * Starts the process that takes a change back, in a session of its own, so that it outlives this one.
 *
 * @returns its pid, once it has said that it is ready
 * @throws {HostError} `failed`: then nothing may be changed
 */
export function armWatchdog(root: string, id: string): Promise<number> {
  const program = join(import.meta.dirname, `main-watchdog${extname(import.meta.filename)}`)
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, root, id], {
      ...{ cwd: '/', detached: true, stdio: ['ignore', 'pipe', 'ignore'] },
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    })
    const none = (why: string): void => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(problem('failed', 'watchdog', `does not start (${why})`, `startet nicht (${why})`))
    }
    const timer = setTimeout(() => none('too slow'), ARM_MS)
    child.once('error', (error) => none(error.message.slice(0, 100)))
    child.once('exit', (code) => none(`exit code ${code}`))
    child.stdout.once('data', () => {
      clearTimeout(timer)
      child.removeAllListeners('exit')
      child.stdout.destroy()
      child.unref()
      resolve(child.pid ?? 0)
    })
  })
}
