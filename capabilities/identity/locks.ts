/** Advisory locks of PostgreSQL that this capability takes, before any other lock of the same transaction. */
export const LOCKS = {
  /** Who is an owner: so that two who step back at once do not both succeed, and one setup wins. */
  owners: [7406, 0],
  /** How many ceremonies are open. */
  ceremonies: [7406, 1],
} as const satisfies Record<string, readonly [number, number]>
