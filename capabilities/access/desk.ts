import type { AccessDesk } from '../../kernel/act/access-desk.ts'
import type { Entitlement } from '../../kernel/config/access-config.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { RouteDeps } from '../../kernel/http/route.ts'

export type AccessDeps = Pick<RouteDeps, 'database' | 'clock' | 'access' | 'live'>

/** @throws {BergfriedError} `access.off` */
export function deskOf({ access }: Pick<RouteDeps, 'access'>): AccessDesk {
  if (access === null) throw new BergfriedError('access.off', {})
  return access
}

/** @throws {BergfriedError} `access.unknown` */
export function entitlementNamed(desk: AccessDesk, name: string): Entitlement {
  const found = desk.entitlements.find((one) => one.name === name)
  if (found === undefined) throw new BergfriedError('access.unknown', { what: `“${name}”` })
  return found
}

/** Something moved: workers look, open pages ask again. */
export function moved(deps: AccessDeps): void {
  deps.live.tell({ type: 'access', at: deps.clock.now() })
  deps.access?.wake()
}
