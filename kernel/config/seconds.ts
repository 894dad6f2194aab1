/** Seconds of an ISO 8601 duration in weeks, days, hours, minutes, seconds; 0 for one with months or years. */
export function secondsOf(text: string): number {
  const found = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text)
  if (found === null) return 0
  return [604_800, 86_400, 3600, 60, 1].reduce((sum, unit, i) => sum + unit * Number(found[i + 1] ?? 0), 0)
}
