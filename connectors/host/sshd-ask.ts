import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { parseSshdOutput, type SshdValues } from './sshd-output.ts'

/**
 * Asks the installed sshd for the settings that hold for a connection, or for one that no Match block fits.
 *
 * Source: sshd(8), -T and -C.
 *
 * @throws {BergfriedError} `collect.unreadable` with the first line of what sshd says when it refuses
 */
export async function askSshd(
  transport: HostTransport,
  connection: Readonly<Record<string, string>> | null = null,
): Promise<SshdValues> {
  const spec = Object.entries(connection ?? {}).map(([key, value]) => `${key}=${value}`)
  const args = ['-T', '-f', transport.path('/etc/ssh/sshd_config'), ...(spec.length > 0 ? ['-C', spec.join(',')] : [])]
  const result = await transport.run('sshd', args)
  if (result === null)
    throw new BergfriedError('collect.unreadable', { what: 'sshd -T', reason: 'sshd is not installed' })
  const values = parseSshdOutput(result.exitCode === 0 ? result.stdout : '')
  if (values.size === 0) {
    const message = result.stderr.split('\n').find((line) => line.trim() !== '') ?? `exit code ${result.exitCode}`
    throw new BergfriedError('collect.unreadable', { what: 'sshd -T', reason: message.trim().slice(0, 300) })
  }
  return values
}

/** `OpenSSH_9.2p1`, or null where sshd is not installed (undefined) or does not say. */
export async function sshdVersion(transport: HostTransport): Promise<string | null | undefined> {
  // Every release answers "-?" with its usage and its full version; -V came late and leaves out the "p1".
  const result = await transport.run('sshd', ['-?'])
  if (result === null) return undefined
  return /OpenSSH_[^\s,]{1,100}/.exec(`${result.stderr}\n${result.stdout}`)?.[0] ?? null
}

/** A process named sshd that is not the session of somebody logged in. */
export async function sshdRuns(transport: HostTransport): Promise<boolean> {
  for (const pid of (await transport.list('/proc')) ?? []) {
    if (!/^\d+$/.test(pid)) continue
    // A process that has ended in between, or one that we may not look at, says nothing.
    if ((await quietly(transport, `/proc/${pid}/comm`)).trim() !== 'sshd') continue
    const title = await quietly(transport, `/proc/${pid}/cmdline`)
    if (!/^sshd: (?!.*\[listener\])/s.test(title)) return true
  }
  return false
}

async function quietly(transport: HostTransport, path: string): Promise<string> {
  try {
    return (await transport.readFile(path)) ?? ''
  } catch (error) {
    if (error instanceof BergfriedError) return ''
    throw error
  }
}
