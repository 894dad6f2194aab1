/** Seconds of processor time that this process has used, its threads for collecting garbage and compiling included. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
