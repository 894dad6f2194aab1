/** What `apt-get -s dist-upgrade` would do with one installed package. */
export interface Upgrade {
  readonly name: string
  readonly installedVersion: string
  /** Where the new version comes from, as apt writes it: `Debian-Security:12/stable-security`. */
  readonly origin: string
}

export interface Simulation {
  readonly upgrades: readonly Upgrade[]
  /** Packages for which there is a new version that was not chosen. */
  readonly keptBack: readonly string[]
}

/**
 * Reads the output of a simulated upgrade in the C locale. An upgrade is
 * `Inst name [installed] (candidate Origin:Suite/Archive, … [arch]) …`; a line without the installed version is a new
 * package.
 */
export function parseSimulation(text: string): Simulation {
  const upgrades = new Map<string, Upgrade>()
  const keptBack: string[] = []
  let inKeptBack = false
  for (const line of text.split('\n')) {
    if (inKeptBack && line.startsWith('  ')) keptBack.push(...line.trim().split(/\s+/))
    else inKeptBack = line === 'The following packages have been kept back:'
    const upgrade = parseInst(line)
    if (upgrade !== null) upgrades.set(upgrade.name, upgrade)
  }
  return {
    upgrades: [...upgrades.values()],
    keptBack: [...new Set(keptBack.map(bareName))].filter((name) => name !== ''),
  }
}

/** A security update comes from an archive that says so: Debian-Security, Ubuntu's and ESM's `-security` pockets. */
export const isSecurityOrigin = (origin: string): boolean => /security/i.test(origin)

function parseInst(line: string): Upgrade | null {
  if (!line.startsWith('Inst ') || line.length > 4096) return null
  const match = /^Inst (\S+) \[([^\]]+)\] \((\S+) ?([^)]*)\)/.exec(line)
  const [, name, installedVersion, , origin] = match ?? []
  if (name === undefined || installedVersion === undefined || origin === undefined) return null
  return { name: bareName(name), installedVersion, origin: origin.replace(/ ?\[[^\]]*\]$/, '') }
}

/** `libc6:i386` is libc6 of another architecture. */
const bareName = (name: string): string => name.replace(/:.*/, '').slice(0, 512)
