/** What a provider of this package keeps, for one test. */
const kept = new Map<string, Record<string, unknown>>()

/** Storage as the package wants it (its documentation, "adapter"). */
export class ProviderMemory {
  readonly #model: string

  constructor(model: string) {
    this.#model = model
  }

  async upsert(id: string, payload: Record<string, unknown>): Promise<void> {
    kept.set(`${this.#model} ${id}`, payload)
    if (typeof payload['uid'] === 'string') kept.set(`${this.#model} uid ${payload['uid']}`, payload)
  }

  async find(id: string): Promise<Record<string, unknown> | undefined> {
    return kept.get(`${this.#model} ${id}`)
  }

  async findByUid(uid: string): Promise<Record<string, unknown> | undefined> {
    return kept.get(`${this.#model} uid ${uid}`)
  }

  async findByUserCode(): Promise<undefined> {
    return undefined
  }

  async consume(id: string): Promise<void> {
    const payload = kept.get(`${this.#model} ${id}`)
    if (payload !== undefined) payload['consumed'] = 1
  }

  async destroy(id: string): Promise<void> {
    kept.delete(`${this.#model} ${id}`)
  }

  async revokeByGrantId(grant: string): Promise<void> {
    for (const [key, payload] of kept) if (payload['grantId'] === grant) kept.delete(key)
  }
}
