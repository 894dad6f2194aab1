import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, readlinkSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { BergfriedError } from '../errors.ts'

/** A network namespace of its own, held by a process of ours, with loopback up. */
export interface SandboxNamespace {
  readonly pid: number
  /** Replaces the rule set. @throws {BergfriedError} `drill.no_sandbox` without nft or where nft refuses the rules */
  nft(ruleset: string): Promise<void>
  /** Listens on a TCP address. @throws {BergfriedError} `drill.no_sandbox` where the address cannot be bound */
  listen(address: string, port: number): Promise<{ close(): Promise<void> }>
  stop(): Promise<void>
}

/**
 * Makes a network namespace, or null where that is not possible. Only root can: an ordinary user may make one inside a
 * user namespace, but then the host transport could not enter it. The process that holds it ends with us, because its
 * input ends.
 */
export async function sandboxNamespace(): Promise<SandboxNamespace | null> {
  const unshare = program('unshare')
  const nsenter = program('nsenter')
  const cat = program('cat')
  if (process.getuid?.() !== 0 || unshare === null || nsenter === null || cat === null) return null
  const holder = spawn(unshare, ['--net', '--', cat], { stdio: ['pipe', 'ignore', 'ignore'] })
  if (!(await moved(holder)) || holder.pid === undefined) return null
  const { pid } = holder
  const enter = [`--net=/proc/${pid}/ns/net`]
  const inside = (file: string, args: readonly string[], input = '') =>
    runWith(nsenter, [...enter, '--', file, ...args], input)
  const ip = program('ip')
  if (ip !== null) await inside(ip, ['link', 'set', 'lo', 'up'])
  const open = new Set<ChildProcess>()
  return {
    pid,
    async nft(ruleset) {
      const nft = program('nft')
      if (nft === null) throw new BergfriedError('drill.no_sandbox', { drill: 'nft', needs: 'nft' })
      const failed = await inside(nft, ['-f', '-'], `flush ruleset\n${ruleset}\n`)
      if (failed !== null) throw new BergfriedError('drill.no_sandbox', { drill: 'nft', needs: failed })
    },
    async listen(address, port) {
      const script = `require('node:net').createServer().listen(${Number(port)}, ${JSON.stringify(address)}, () => process.stdout.write('up'))`
      const args = [
        ...enter,
        '--',
        process.execPath,
        '-e',
        `process.stdin.on('end', () => process.exit()).resume();${script}`,
      ]
      const listener = spawn(nsenter, args, { stdio: ['pipe', 'pipe', 'ignore'] })
      const [first] = await Promise.race([once(listener.stdout, 'data'), once(listener, 'exit')])
      if (!Buffer.isBuffer(first)) {
        throw new BergfriedError('drill.no_sandbox', { drill: `${address}:${port}`, needs: 'a free port' })
      }
      open.add(listener)
      return {
        close: async () => {
          open.delete(listener)
          await end(listener)
        },
      }
    },
    async stop() {
      for (const listener of open) await end(listener)
      await end(holder)
    },
  }
}

/** Whether the child has arrived in a namespace of its own; waits for it at most two seconds. */
async function moved(child: ChildProcess): Promise<boolean> {
  const home = readlinkSync('/proc/self/ns/net')
  let failed = child.pid === undefined
  child.once('error', () => {
    failed = true
  })
  for (let i = 0; i < 200 && !failed && child.exitCode === null; i += 1) {
    await pause(10)
    try {
      if (readlinkSync(`/proc/${child.pid}/ns/net`) !== home) return true
    } catch {
      // Not there yet, or gone: the loop sees it.
    }
  }
  await end(child)
  return false
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** Null when it went well, otherwise what the program said. */
function runWith(file: string, args: readonly string[], input: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { timeout: 10_000 }, (error, _stdout, stderr) => {
      resolve(error === null ? null : stderr.trim().slice(0, 500) || error.message)
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

function program(name: string): string | null {
  for (const folder of ['/usr/sbin', '/usr/bin', '/sbin', '/bin']) {
    try {
      accessSync(`${folder}/${name}`, constants.X_OK)
      return `${folder}/${name}`
    } catch {
      // Look in the next folder.
    }
  }
  return null
}
