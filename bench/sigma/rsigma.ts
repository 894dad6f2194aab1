import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
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
 * Seconds of processor time that rsigma takes for a file of events with the rules in a folder, and how many detections it
 * tells. The time of a file of one event, which is that of loading the rules, is taken off.
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

/** The shell tells the processor time of what it ran: the last line of `times`, user and system. */
const TIMED = 'out=$1; shift; "$@" > "$out"; code=$?; times; exit $code'

function run(program: string, rules: string, file: string, source: string): { seconds: number; hits: number } {
  const out = `${file}.out`
  const given = ['-r', rules, '-e', `@${file}`, '--input-format', 'json', '-q', '--output-format', 'ndjson']
  const routing = ['--logsource-routing', ...(source === '' ? [] : ['--event-logsource', source])]
  const args = ['-c', TIMED, 'sh', out, 'taskset', '-c', '0', program, 'engine', 'eval', ...given, ...routing]
  const { status, stdout, stderr } = spawnSync('sh', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`rsigma: ${stderr.slice(0, 500)}`)
  const times = [...(stdout.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
  const seconds = times.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0)
  const { stdout: lines } = spawnSync('wc', ['-l', out], { encoding: 'utf8' })
  return { seconds, hits: Number(lines.trim().split(' ')[0]) }
}
