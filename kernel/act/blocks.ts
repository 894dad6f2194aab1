/** Something that is to be kept out until then. */
export interface Block {
  /** An address, a /24 of IPv4 or a /64 of IPv6, in canonical form with its prefix length. */
  readonly network: string
  readonly until: Date
}

/**
 * What the kernel keeps out. Everything may be repeated. What was written counts for nothing: what is listed afterwards does.
 *
 * @throws {BergfriedError} `blocking.kernel`
 */
export interface KernelBlocks {
  /** Makes its table where it is missing, lets these networks through first, and keeps out what is new, in one transaction of the kernel. */
  put(never: readonly string[], add: readonly Block[], remove: readonly string[], now: Date): Promise<void>
  /** @returns network and seconds left of each; null: the table is not there */
  list(): Promise<ReadonlyMap<string, number> | null>
  /** Packets that were refused since the table was made; null: the table is not there. */
  refused(): Promise<number | null>
  /** Takes the table away with everything in it. */
  clear(): Promise<void>
}
