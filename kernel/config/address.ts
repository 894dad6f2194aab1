export interface Address {
  /** Name or IP address, IPv6 without its brackets. */
  readonly host: string
  readonly port: number
}

/**
 * Parses `host:port`, with IPv6 addresses in brackets.
 *
 * @returns null where it is none, or the port is not within `lowestPort`..65535
 */
export function parseAddress(text: string, lowestPort: 0 | 1 = 1): Address | null {
  const match = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([\p{L}\p{N}_.-]{1,253})):(\d{1,5})$/u.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || port < lowestPort || port > 65_535) return null
  return { host, port }
}
