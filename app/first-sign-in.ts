import { createSetupLink, setupAddress } from '../capabilities/identity/links/link-store.ts'
import type { Lang } from '../kernel/i18n/text.ts'
import type { House } from './house.ts'

/**
 * While nobody can sign in yet: prints the one-time link with which the first owner sets the house up. Each start makes a
 * new one, and the one before is void.
 *
 * @param url - where browsers reach the server
 */
export async function sayHowToSetUp(
  house: Pick<House, 'database' | 'clock'>,
  url: string,
  lang: Lang,
  say: (text: string) => void,
): Promise<void> {
  const token = await createSetupLink(house.database.stage('bf_identity'), house.clock.now())
  if (token === null) return
  say(
    lang === 'de'
      ? `Noch hat niemand ein Konto. Einrichten (einmal, innerhalb einer Stunde):\n  ${setupAddress(url, token)}`
      : `Nobody has an account yet. Set it up (once, within an hour):\n  ${setupAddress(url, token)}`,
  )
}
