/**
 * Which backups go: those older than `keepSeconds`, but never the newest `atLeast`.
 *
 * @param runs - the good ones that are there, in any order
 */
export function overdue<R extends { readonly beganAt: Date }>(
  runs: readonly R[],
  now: Date,
  { keepSeconds, atLeast }: { readonly keepSeconds: number; readonly atLeast: number },
): readonly R[] {
  const newest = [...runs].sort((a, b) => b.beganAt.getTime() - a.beganAt.getTime())
  return newest.slice(atLeast).filter(({ beganAt }) => now.getTime() - beganAt.getTime() > keepSeconds * 1000)
}

/** When the next one is due; a failed try is repeated after a tenth of the time, at most an hour later. */
export function nextAt(
  last: { readonly beganAt: Date; readonly problem: string | null } | null,
  everySeconds: number,
): Date | null {
  if (last === null) return null
  const pause = last.problem === null ? everySeconds : Math.min(everySeconds / 10, 3600)
  return new Date(last.beganAt.getTime() + pause * 1000)
}
