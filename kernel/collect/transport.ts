/** A command that a connector may run on a host. The list is closed: nothing else is ever started. */
export type HostCommand =
  | 'sshd'
  | 'nft'
  | 'iptables-save'
  | 'ip6tables-save'
  | 'find'
  | 'df'
  | 'apt-get'
  | 'systemctl'
  | 'chronyc'
  | 'timedatectl'
  | 'dpkg-query'
  | 'ssh-keygen'
  | 'uname'
  | 'who'

export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface FileStat {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  /** Four octal digits. */
  readonly mode: string
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly modifiedAt: Date
}

/**
 * How a connector reaches a host: run a fixed command, read a file, list a folder. Local now; over SSH later without
 * touching the connector. Paths are absolute paths as seen on the host; a transport may map them (sandbox root).
 *
 * Every call is bounded in time and size. Failures are typed:
 * @throws {BergfriedError} `collect.denied` no permission; `collect.too_large`; `collect.timeout`; `collect.unreadable` else.
 * What does not exist is not a failure: `null`.
 */
export interface HostTransport {
  /** Name for messages, for example "local". */
  readonly label: string
  /** The path by which a command started through `run` must name a file of the host (the sandbox maps it). */
  path(path: string): string
  /** Content as UTF-8 (invalid bytes replaced), or null where there is no such file. At most `limit` bytes (default 8 MiB). */
  readFile(path: string, limit?: number): Promise<string | null>
  /** The first bytes of a file however large it is, or null where there is no such file. At most 4096. */
  head(path: string, bytes: number): Promise<Uint8Array | null>
  /** Entry names, sorted, or null where there is no such folder. */
  list(path: string): Promise<readonly string[] | null>
  /** Does not follow the last link. Null where there is nothing. */
  stat(path: string): Promise<FileStat | null>
  /** Target of a symbolic link, or null. */
  readLink(path: string): Promise<string | null>
  /** Runs a command with an argument list, no shell, C locale, empty input. Null where the command is not installed. */
  run(
    command: HostCommand,
    args: readonly string[],
    options?: { seconds?: number; limit?: number },
  ): Promise<CommandResult | null>
}
