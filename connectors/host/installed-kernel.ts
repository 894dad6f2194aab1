import { compareDebianVersions } from './debian-version.ts'

/**
 * The newest kernel among the installed ones that has the flavour of the running one (`amd64`, `cloud-amd64`,
 * `generic`). Null where none has: the running kernel then does not come from this host's own disk, as in a
 * container or a virtual machine that is given its kernel.
 *
 * @param running - release of the running kernel, as `uname -r` prints it
 * @param releases - releases of the installed kernels, in any order
 */
export function newestOfFlavour(running: string, releases: readonly string[]): string | null {
  const same = releases.filter((release) => flavour(release) === flavour(running))
  return same.toSorted((a, b) => compareDebianVersions(version(a), version(b))).at(-1) ?? null
}

/** True where `installed` is newer than `running`, both of one flavour. */
export const isNewerKernel = (installed: string, running: string): boolean =>
  compareDebianVersions(version(installed), version(running)) > 0

// `6.1.0-40-cloud-amd64`: the last parts that begin with a letter are the flavour; `-rc3` belongs to the version.
const RELEASE = /^(.*?)((?:-(?!rc\d)[a-z][a-z0-9]*)*)$/i

const flavour = (release: string): string => RELEASE.exec(release)?.[2] ?? ''
// A release candidate comes before its release.
const version = (release: string): string => (RELEASE.exec(release)?.[1] ?? release).replace(/-(rc\d)/, '~$1')
