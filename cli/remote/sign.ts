import { spawn } from 'node:child_process'
import { BergfriedError } from '../../kernel/errors.ts'

/**
 * Signs a text with an SSH key as `ssh-keygen -Y sign` does: from the file, from an agent, or on a security key that waits to be touched.
 *
 * @param key - path of the private key, or of a .pub file whose key an agent holds
 * @returns the armoured signature
 * @throws {BergfriedError} `access.signature`
 */
export function signWithSsh(key: string, namespace: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh-keygen', ['-Y', 'sign', '-f', key, '-n', namespace, '-'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const [out, said] = [[] as Buffer[], [] as Buffer[]]
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
    const failed = (reason: string) => reject(new BergfriedError('access.signature', { reason }))
    child.once('error', () => failed('ssh-keygen is not installed'))
    child.once('close', (code) => {
      const armoured = Buffer.concat(out).toString('utf8')
      if (code === 0 && armoured.startsWith('-----BEGIN SSH SIGNATURE-----')) resolve(armoured)
      else
        failed(`ssh-keygen: ${Buffer.concat(said).toString('utf8').trim().split('\n').at(-1)?.slice(0, 300) ?? code}`)
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(text)
  })
}
