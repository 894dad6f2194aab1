// `npm run soak -- NAME COUNT …`: an engine's long run, with as many cases as somebody has time for.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const [name = '', ...args] = process.argv.slice(2)
const file = `engines/${name}/soak.ts`
if (!/^[a-z]+$/.test(name) || !existsSync(file)) {
  process.stderr.write('npm run soak -- ENGINE COUNT [SEED]: an engine that has a soak.ts\n')
  process.exit(2)
}
process.exit(spawnSync(process.execPath, [file, ...args], { stdio: 'inherit' }).status ?? 1)
