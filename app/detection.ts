import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { consider } from '../capabilities/blocking/work/consider.ts'
import type { RunningBlocking } from '../capabilities/blocking/work/worker.ts'
import { packOf } from '../capabilities/detection/packs.ts'
import { type RunningDetection, startDetection } from '../capabilities/detection/start-detection.ts'
import type { Raised } from '../capabilities/detection/store.ts'
import type { Pack, RuleFile } from '../engines/sigma/pack.ts'
import type { Transaction } from '../kernel/db/database.ts'
import { HOME } from './home.ts'
import { mailer } from './mailer.ts'
import type { Work } from './work.ts'

/** Distinct addresses that did something that was let through in the last hour. */
const CLIENTS = `
select distinct fields ->> 'src_ip' as address from detection.event
where at > $1::timestamptz - interval '1 hour' and fields ? 'src_ip'
  and (fields ->> 'outcome' = 'accepted' or (fields ->> 'sc-status')::int < 400) limit 100000`

/** Logs are watched; null in a demonstration, and where no source is configured. */
export async function openDetection(work: Work, blocking: RunningBlocking | null): Promise<RunningDetection | null> {
  const { house, give, live, onProblem } = work
  const { clock, config, database } = house
  if (house.demo || config.detection === null) return null
  const pack = await loadPack(config.detection.rules)
  for (const { file, line, reason } of pack.problems) onProblem(`${file}:${line}`, new Error(reason))
  return startDetection({
    pool: database.stage('bf_detect'),
    clock,
    config: config.detection,
    pack,
    send: mailer(config.detection.mail, work.env, config.language, config.face.url),
    give,
    onProblem,
    onAlerts: () => {
      live.tell({ type: 'bans', at: clock.now() })
      void blocking?.wake()
    },
    onRaised: (tx, raised) => keepOut(tx, raised, blocking, work),
  })
}

/** Who attacked, as far as an address is known and a rule is sure enough. */
async function keepOut(
  tx: Transaction,
  raised: readonly Raised[],
  blocking: RunningBlocking | null,
  { house: { clock, config } }: Pick<Work, 'house'>,
): Promise<void> {
  if (blocking === null) return
  const now = clock.now()
  const attackers = raised.flatMap(({ id, rule, title, level, about }) => {
    const address = about['src_ip']
    if (address === undefined || level === 'informational') return []
    return [{ address, rule: title.slice(0, 200) || rule, level, at: now, alert: id }]
  })
  if (attackers.length === 0) return
  const clients = (await tx.query<{ address: string }>(CLIENTS, [now])).map(({ address }) => address)
  await consider(tx, attackers, { now, config: config.blocking, never: blocking.never(), clients })
}

/** Our rules, and those of a folder. */
export async function loadPack(folder: string | null): Promise<Pack> {
  const folders = [join(HOME, 'capabilities/detection/rules'), ...(folder === null ? [] : [folder])]
  const files: RuleFile[] = []
  for (const one of folders) {
    const names = (await readdir(one, { recursive: true })).filter((name) => /\.ya?ml$/.test(name)).sort()
    for (const name of names.slice(0, 20_000)) files.push({ file: name, text: await readFile(join(one, name), 'utf8') })
  }
  return packOf(files)
}
