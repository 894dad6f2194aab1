import { type HomeDeps, PolicyHomes } from './policy-home.ts'

const HOMES = new WeakMap<HomeDeps, PolicyHomes>()

/** The one that all routes of one server share. */
export function homesOf(deps: HomeDeps): PolicyHomes {
  const known = HOMES.get(deps) ?? new PolicyHomes(deps)
  HOMES.set(deps, known)
  return known
}
