/**
 * Why an answer could not be given: `malformed` input, a construct that is `unsupported`, a node `budget` that was used up,
 * a `missing` chain, set or hook, a `loop` of jumps.
 */
export type PacketspaceReason = 'malformed' | 'unsupported' | 'budget' | 'missing' | 'loop'

/** The one error of this package: input that cannot be judged, never a defect. The message names the place. */
export class PacketspaceError extends Error {
  override readonly name = 'PacketspaceError'
  readonly code: PacketspaceReason

  constructor(code: PacketspaceReason, message: string) {
    super(message)
    this.code = code
  }
}

export const malformed = (what: string): PacketspaceError => new PacketspaceError('malformed', what)
