/** The browser's clock: the one place that asks for it. */
export const now = (): number => Date.now()
