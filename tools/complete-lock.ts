// Completes package-lock.json with the optional packages of other platforms that the registry in use did not offer when
// it was written. Without them `npm ci` refuses the whole file, although it would never install them here. They carry no
// integrity: whoever installs on such a platform adds it with `npm install`.
import { readFileSync, writeFileSync } from 'node:fs'

interface Entry {
  version?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}
const path = 'package-lock.json'
const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Entry> }

const OS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'openharmony',
  'win32',
  'sunos',
  'netbsd',
  'openbsd',
  'aix',
  'wasi',
]
const CPU = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32']
const part = (name: string, words: readonly string[]): string[] =>
  words.filter((word) => name.split(/[-/]/).some((p) => p === word || (word === 'darwin' && p === 'macos')))

let added = 0
for (const [parent, entry] of Object.entries(lock.packages)) {
  for (const [name, spec] of Object.entries(entry.optionalDependencies ?? {})) {
    if (`node_modules/${name}` in lock.packages || `${parent}/node_modules/${name}` in lock.packages) continue
    if (!/^\d+\.\d+\.\d+[-.\w]*$/.test(spec)) throw new Error(`${parent}: ${name}@${spec} is not pinned`)
    const cpu = part(name, CPU)
    const libc = name.endsWith('musl') || name.includes('musleabi') ? ['musl'] : name.endsWith('gnu') ? ['glibc'] : []
    lock.packages[`node_modules/${name}`] = {
      version: spec,
      ...(cpu.length > 0 ? { cpu } : {}),
      ...(entry.dev === true ? { dev: true } : {}),
      ...(libc.length > 0 ? { libc } : {}),
      optional: true,
      os: part(name, OS),
    }
    added += 1
  }
}
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(path, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`)
process.stdout.write(`${added} added\n`)
