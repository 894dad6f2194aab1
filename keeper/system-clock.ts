/** The one place of the keeper that asks for the time: whole seconds since 1970, UTC. */
export type Seconds = () => number

export const systemSeconds: Seconds = () => Math.floor(Date.now() / 1000)
