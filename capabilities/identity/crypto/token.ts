import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits that are told once. */
export const freshToken = (): string => randomBytes(32).toString('base64url')

/**
 * What is stored of a token. It has full entropy, so a plain hash is enough and no stretching is needed; looking for it by
 * its hash tells by its timing nothing about stored ones.
 */
export const tokenDigest = (token: string): Buffer => createHash('sha256').update(token).digest()

export const isToken = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text)
