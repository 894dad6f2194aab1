import { sessionCookie } from '../../../kernel/http/sign-in.ts'

/**
 * The value of a cookie, or null where it is missing, or there twice: then somebody else put one of them there, for a
 * browser keeps one per name, host and path.
 */
export function cookieValue(header: string | undefined, name: string): string | null {
  const values = (header ?? '')
    .slice(0, 16_384)
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
  return values.length === 1 ? (values[0] ?? null) : null
}

const overTls = (url: string): boolean => url.startsWith('https://')

/** For this host alone, out of reach of scripts, never sent with what another site does by itself (RFC 6265bis). */
function cookie(url: string, name: string, value: string, seconds: number): string {
  const secure = overTls(url) ? '; Secure' : ''
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`
}

export const sessionCookieWith = (url: string, token: string, seconds: number): string =>
  cookie(url, sessionCookie(url), token, seconds)
export const noSessionCookie = (url: string): string => cookie(url, sessionCookie(url), '', 0)

/** Binds the way to a provider and back to one browser. */
const wayCookie = (url: string): string => (overTls(url) ? '__Host-bergfried-way' : 'bergfried-way')
const WAY_S = 600
export const wayCookieWith = (url: string, token: string): string => cookie(url, wayCookie(url), token, WAY_S)
export const noWayCookie = (url: string): string => cookie(url, wayCookie(url), '', 0)
export const wayOf = (url: string, header: string | undefined): string | null => cookieValue(header, wayCookie(url))
