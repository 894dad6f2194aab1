import type { Socket } from 'node:net'
import type { Clock } from '../terminal.ts'

/** Requests per second of one address, with a few seconds' worth in advance. */
const BURST_SECONDS = 5
const MOST_ADDRESSES = 10_000

/** Holds each address to a number of requests per second. Forgets the address that came first where there are too many. */
export class RateLimit {
  readonly #perSecond: number
  readonly #clock: Clock
  readonly #buckets = new Map<string, { left: number; atMs: number }>()

  /** @param perSecond - 0 for no limit, where a proxy has one and all requests come from its address */
  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond
    this.#clock = clock
  }

  allows(address: string): boolean {
    if (this.#perSecond === 0) return true
    const key = networkOf(address)
    const nowMs = this.#clock.now().getTime()
    const most = this.#perSecond * BURST_SECONDS
    const bucket = this.#buckets.get(key) ?? this.#begin(key, most, nowMs)
    const gained = (Math.max(0, nowMs - bucket.atMs) / 1000) * this.#perSecond
    bucket.left = Math.min(most, bucket.left + gained)
    bucket.atMs = nowMs
    if (bucket.left < 1) return false
    bucket.left -= 1
    return true
  }

  #begin(key: string, left: number, atMs: number): { left: number; atMs: number } {
    const [oldest] = this.#buckets.keys()
    if (oldest !== undefined && this.#buckets.size >= MOST_ADDRESSES) this.#buckets.delete(oldest)
    const bucket = { left, atMs }
    this.#buckets.set(key, bucket)
    return bucket
  }
}

/** Holds each address to a number of connections, so that one cannot take them all. */
export class ConnectionLimit {
  readonly #most: number
  readonly #open = new Map<string, number>()

  /** @param most - 0 for no limit of its own */
  constructor(most: number) {
    this.#most = most
  }

  /** @returns whether the connection may stay; it is counted until it closes */
  admits(socket: Socket): boolean {
    if (this.#most === 0) return true
    const key = networkOf(socket.remoteAddress ?? '')
    const open = this.#open.get(key) ?? 0
    if (open >= this.#most) return false
    this.#open.set(key, open + 1)
    socket.once('close', () => {
      const left = (this.#open.get(key) ?? 1) - 1
      if (left === 0) this.#open.delete(key)
      else this.#open.set(key, left)
    })
    return true
  }
}

/** Whose an address is: of an IPv6 address the first 64 bits, because one customer has them all. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill('0'), ...right]
  return groups.slice(0, 4).join(':')
}
