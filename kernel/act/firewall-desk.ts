import type { SignedApproval } from './access-desk.ts'

/** A rule set as a kernel lists it. */
export interface NftRules {
  /** Of `nft list ruleset`. */
  readonly text: string
  /** Of `nft -j list ruleset`, parsed. */
  readonly json: unknown
  /** Of its canonical form, see `engines/packetspace/canonical-nft.ts`; hexadecimal. */
  readonly digest: string
}

export interface HostProblem {
  readonly de: string
  readonly en: string
}

/**
 * The keeper, as far as firewalls go. It verifies approvals itself and believes nothing of what the server says of them.
 *
 * @throws {BergfriedError} `keeper.refused`, `keeper.unreachable`
 */
export interface FirewallKeeper {
  /** The signed order of a change: for the host alone to act on. */
  order(
    change: string,
    approvals: readonly SignedApproval[],
  ): Promise<{ readonly number: number; readonly order: string }>
  /** Which addresses live grants let in on a host, signed. */
  openings(host: string): Promise<{ readonly number: number; readonly openings: string }>
}

/** What changes of firewalls work with. */
export interface FirewallDesk {
  readonly keeper: FirewallKeeper
  /**
   * What a kernel makes of a text, tried in a namespace of its own on this machine.
   *
   * @throws {BergfriedError} `firewall.rules`: it is refused; `firewall.no_rehearsal`: it cannot be tried here
   */
  rehearse(rules: string): Promise<NftRules>
  /** The same of a text that is laid out as nft lists it, in a namespace that is kept: at every key stroke. */
  rehearseAgain(rules: string): Promise<Pick<NftRules, 'text' | 'json'>>
  /** Whether a TCP connection from this server comes about. */
  connects(address: string, port: number): Promise<boolean>
  /** Whether two rule sets do the same to every packet. */
  sameMeaning(a: NftRules, b: NftRules): 'equal' | 'different' | 'undecided'
  /** Resolves when a host should look again, at the latest after so long. */
  news(host: string, signal: AbortSignal, mostMs: number): Promise<void>
  /** Takes down for which grants a host lets addresses in, as it read it from its kernel. */
  sawOpen(host: string, grants: readonly string[]): void
  /** What a host said last of that, and how often it has spoken; null: never. */
  openOn(host: string): { readonly grants: ReadonlySet<string>; readonly reports: number } | null
  /** Takes down what a host could not do. */
  sawProblems(host: string, problems: readonly HostProblem[]): void
  /** The newest of these since this server started, newest first, at most ten. */
  problemsOf(host: string): readonly HostProblem[]
  /** Tells hosts that wait, and pages that are open. */
  moved(host: string): void
}
