/** Shortens a text from a host to `max` characters, visibly, so that it fits its fact. */
export const clip = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1)}…`)
