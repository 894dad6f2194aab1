import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'
import { ASKING, secondsOf } from '../remote/options.ts'
import { grantFor } from '../remote/wait.ts'

/** `bergfried ssh HOST [--need TEXT] [--for 2h] [--address HOST:PORT] [--command TEXT]`: asks, waits for approval, signs in. */
export const ssh = defineCommand({
  name: 'ssh',
  summary: { de: 'beantragt, wartet auf die Freigabe, meldet sich an', en: 'asks, waits for approval, signs in' },
  args: [{ name: 'HOST', help: { de: 'aufgenommene Maschine', en: 'enrolled host' } }],
  options: {
    ...ASKING,
    address: {
      type: 'string',
      value: 'HOST:PORT',
      help: { de: 'wo sie ist, wenn nicht unter ihrem Namen', en: 'where it is, if not under its name' },
    },
    option: {
      type: 'string',
      multiple: true,
      value: 'KEY=VALUE',
      help: { de: 'Einstellung für ssh, mehrfach möglich', en: 'setting for ssh, repeatable' },
    },
    command: {
      type: 'string',
      value: 'TEXT',
      help: { de: 'führt das statt einer Shell aus', en: 'runs this in place of a shell' },
    },
  },
  async run(world, { args, options }) {
    const remote = await remoteOf(world)
    const [system = ''] = args
    const grant = await grantFor(
      world,
      remote,
      {
        system,
        kind: 'host',
        entitlement: options['as'] as string | undefined,
        seconds: secondsOf(String(options['for'] ?? '2h')),
        need: options['need'] as string | undefined,
        credential: null,
      },
      true,
    )
    const key = remote.settings.key.replace(/\.pub$/, '')
    const publicKey = (await readFile(`${key}.pub`, 'utf8')).trim()
    const folder = await mkdtemp(join(tmpdir(), 'bergfried-ssh-'))
    try {
      const { certificate } = await remote.call<{ certificate: string }>('certify', { id: grant.id, publicKey })
      const file = join(folder, 'id-cert.pub')
      await writeFile(file, `${certificate}\n`, { mode: 0o600 })
      const [host = system, port = '22'] = String(options['address'] ?? system).split(/:(?=\d+$)/)
      const command = options['command'] as string | undefined
      const words = [
        ...['-o', `CertificateFile=${file}`, '-o', 'IdentitiesOnly=yes', '-i', remote.settings.key],
        ...['-o', `HostKeyAlias=${system}`, '-p', port, '-l', grant.account],
        ...((options['option'] as readonly string[] | undefined) ?? []).flatMap((one) => ['-o', one]),
        ...(command === undefined ? [] : ['-T']),
        ...['--', host],
        ...(command === undefined ? [] : [command]),
      ]
      return await finished(spawn('ssh', words, { stdio: 'inherit' }))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
})

const finished = (child: ReturnType<typeof spawn>): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 255))
  })
