/** Milliseconds since this process began: what somebody does to the machine's clock does not make it wait longer, or less. */
export const monotonicMs = (): number => process.uptime() * 1000
