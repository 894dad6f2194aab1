import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accessKeeper } from '../../app/keeper/access-keeper.ts'
import { startKeeper } from '../../app/keeper/supervise.ts'
import { requestText, sshPerson } from '../../keeper/access/testing/people.ts'
import { median, table } from '../median.ts'

const ISSUED = 4000
const AT_ONCE = 32
const BY_TOOL = 100
const TIMES = 3

/** Certificates through the keeper's process and socket, beside `ssh-keygen -s`, in turns. */
export async function certificates(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-bench-'))
  await chmod(folder, 0o711)
  const keeper = await startKeeper({ folder: join(folder, 'keeper'), origin: null, onProblem: () => undefined })
  const client = accessKeeper(keeper.socket)
  try {
    const [anna, bert] = [sshPerson('anna'), sshPerson('bert')]
    await client.enrol(bert.approver, [])
    const expires = Math.floor(Date.now() / 1000) + 3600
    const text = requestText({ key: anna.fingerprint, expires })
    const id = /^id (.+)$/m.exec(text)?.[1] ?? ''
    await client.open(text, [await bert.approve(text)])
    for (const name of ['ca', 'user']) {
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)])
    }
    const [ours, theirs]: [number[], number[]] = [[], []]
    for (let i = 0; i < TIMES; i++) {
      ours.push(await perSecond(ISSUED, AT_ONCE, async () => void (await client.certify(id, anna.line))))
      theirs.push(
        await perSecond(BY_TOOL, 1, async (n) => {
          const args = ['-q', '-s', join(folder, 'ca'), '-I', 'grant', '-n', 'bf:x', '-V', '+15m', '-z', String(n + 1)]
          const { status } = spawnSync('ssh-keygen', [...args, join(folder, 'user.pub')])
          if (status !== 0) throw new Error('ssh-keygen')
        }),
      )
    }
    const [a, b] = [median(ours), median(theirs)]
    return table([
      ['certificates', 'per second', 'ours : theirs'],
      ['keeper, over its socket', a.toFixed(0), (a / b).toFixed(0)],
      ['ssh-keygen -s', b.toFixed(0), ''],
    ])
  } finally {
    client.close()
    await keeper.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function perSecond(count: number, atOnce: number, work: (n: number) => Promise<void>): Promise<number> {
  const from = performance.now()
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return count / ((performance.now() - from) / 1000)
}
