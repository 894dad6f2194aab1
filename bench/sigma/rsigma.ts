import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The newest release that Rust 1.95 builds. */
const VERSION = '0.23.0'

type Rsigma =
  | { readonly program: string; readonly missing: null }
  | { readonly program: null; readonly missing: string }

/**
 * The program at a path given, on the PATH, or built by cargo with one job: that takes a quarter of an hour, so it is kept
 * in the user's cache.
 */
export function findRsigma(given: string | undefined): Rsigma {
  if (given !== undefined && existsSync(given)) return { program: given, missing: null }
  if (spawnSync('rsigma', ['--version']).error === undefined) return { program: 'rsigma', missing: null }
  const root = join(homedir(), '.cache', 'bergfried-bench', `rsigma-${VERSION}`)
  const program = join(root, 'bin', 'rsigma')
  if (existsSync(program)) return { program, missing: null }
  const cargo = ['cargo', join(homedir(), '.cargo', 'bin', 'cargo')].find(
    (path) => spawnSync(path, ['--version']).error === undefined,
  )
  if (cargo === undefined) return { program: null, missing: 'cargo is not installed' }
  const args = ['install', 'rsigma', '--version', VERSION, '--locked', '--root', root, '--jobs', '1']
  const { status, stderr } = spawnSync('nice', [cargo, ...args], { encoding: 'utf8' })
  if (status !== 0) return { program: null, missing: `cargo: ${stderr.trim().split('\n').at(-1)?.slice(0, 120)}` }
  return { program, missing: null }
}

/**
 * Seconds that rsigma takes for a file of events with the rules in a folder, and how many detections it tells. The time of
 * a file of one event, which is that of loading the rules, is taken off.
 */
export function rsigmaSeconds(
  program: string,
  rules: string,
  file: string,
  source: string,
): { seconds: number; hits: number } {
  const one = `${file}.one`
  writeFileSync(one, '{"none":"none"}\n')
  const load = run(program, rules, one, source)
  const all = run(program, rules, file, source)
  return { seconds: all.seconds - load.seconds, hits: all.hits }
}

function run(program: string, rules: string, file: string, source: string): { seconds: number; hits: number } {
  const out = `${file}.out`
  const to = openSync(out, 'w')
  const began = performance.now()
  const routing = source === '' ? [] : ['--event-logsource', source]
  const { status, stderr } = spawnSync(
    'taskset',
    [
      '-c',
      '0',
      program,
      'engine',
      'eval',
      '-r',
      rules,
      '-e',
      `@${file}`,
      '--input-format',
      'json',
      '-q',
      '--output-format',
      'ndjson',
      '--logsource-routing',
      ...routing,
    ],
    { stdio: ['ignore', to, 'pipe'], encoding: 'utf8' },
  )
  const seconds = (performance.now() - began) / 1000
  closeSync(to)
  if (status !== 0) throw new Error(`rsigma: ${stderr?.slice(0, 500)}`)
  const { stdout } = spawnSync('wc', ['-l', out], { encoding: 'utf8' })
  return { seconds, hits: Number(stdout.trim().split(' ')[0]) }
}
