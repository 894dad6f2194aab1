import type { Layout } from './layout.ts'
import { isAccountName, isKeyId } from './login-file.ts'
import type { KeyIdOnAccount } from './orders.ts'
import { replaceFile } from './replace-file.ts'
import { isListOf, isObjectOf, parseShape } from './shape.ts'
import { readTrusted } from './trusted-file.ts'

const MOST = 200_000
const isEnding = isListOf(isObjectOf({ keyId: isKeyId, account: isAccountName }), MOST)

export const nameOf = ({ account, keyId }: KeyIdOnAccount): string => `${account} ${keyId}`

/** Key ids whose sessions shall end and may not have ended yet: they outlive this process. */
export class Ending {
  readonly #path: string
  readonly #targets = new Map<string, KeyIdOnAccount>()
  #kept = '[]'

  constructor({ ending }: Pick<Layout, 'ending'>) {
    this.#path = ending
    try {
      const text = readTrusted(ending, 67_108_864).toString('utf8')
      this.add(parseShape(text, isEnding) ?? [])
      this.#kept = text
    } catch {
      // None yet. One that is damaged would only repeat what orders and sessions tell too.
    }
  }

  get targets(): readonly KeyIdOnAccount[] {
    return [...this.#targets.values()]
  }

  add(targets: readonly KeyIdOnAccount[]): void {
    for (const { keyId, account } of targets) this.#targets.set(nameOf({ keyId, account }), { keyId, account })
  }

  remove(target: KeyIdOnAccount): void {
    this.#targets.delete(nameOf(target))
  }

  /** Durable when it resolves. */
  async keep(): Promise<void> {
    const text = JSON.stringify(this.targets)
    if (text === this.#kept) return
    await replaceFile(this.#path, text, { mode: 0o600 })
    this.#kept = text
  }
}
