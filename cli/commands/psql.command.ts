import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { scramVerifier } from '../../kernel/scram/scram.ts'
import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'
import { ASKING, secondsOf } from '../remote/options.ts'
import { grantFor } from '../remote/wait.ts'

interface Where {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly role: string
}

/** `bergfried psql SYSTEM --need TEXT [--for 2h]`: asks, waits for approval, opens psql with a role of one's own. */
export const psql = defineCommand({
  name: 'psql',
  summary: {
    de: 'beantragt, wartet auf die Freigabe, öffnet psql mit einer eigenen Rolle',
    en: 'asks, waits for approval, opens psql with a role of its own',
  },
  args: [{ name: 'SYSTEM', help: { de: 'PostgreSQL aus bergfried.yaml', en: 'PostgreSQL of bergfried.yaml' } }],
  options: {
    ...ASKING,
    database: { type: 'string', value: 'NAME', help: { de: 'andere Datenbank', en: 'another database' } },
    command: { type: 'string', value: 'SQL', help: { de: 'führt das aus und endet', en: 'runs this and ends' } },
  },
  async run(world, { args, options }) {
    const remote = await remoteOf(world)
    // Made here and kept here: the server and its logs see the verifier alone (RFC 5802).
    const password = randomBytes(24).toString('base64url')
    const grant = await grantFor(
      world,
      remote,
      {
        system: args[0] ?? '',
        kind: 'postgres',
        entitlement: options['as'] as string | undefined,
        seconds: secondsOf(String(options['for'] ?? '2h')),
        need: options['need'] as string | undefined,
        credential: scramVerifier(password),
      },
      false,
    )
    const where = await remote.call<Where>('where', { id: grant.id })
    const command = options['command'] as string | undefined
    const words = [
      ...['-h', where.host, '-p', String(where.port), '-U', where.role],
      ...['-d', String(options['database'] ?? where.database)],
      ...(command === undefined ? [] : ['-c', command]),
    ]
    const path = world.env.variable('PATH') ?? ''
    const home = world.env.variable('HOME') ?? '/'
    const term = world.env.variable('TERM') ?? 'dumb'
    const child = spawn('psql', words, {
      stdio: 'inherit',
      env: { PATH: path, HOME: home, TERM: term, PGPASSWORD: password },
    })
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve(code ?? 255))
    })
  },
})
