import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import type { Role } from '../../capabilities/identity/contract.ts'
import { ACCOUNTS, loginOf } from '../../demo/accounts.ts'
import { COMPANY } from '../../demo/company.ts'
import type { StagePool } from '../../kernel/db/database.ts'
import type { SignIn } from '../../kernel/http/sign-in.ts'
import type { Lang } from '../../kernel/i18n/text.ts'
import type { House } from '../house.ts'

/** Opens the demo to whoever read the server's output: the same for every start on one data folder. */
export const demoToken = (signIn: Pick<SignIn, 'key'>): string =>
  createHmac('sha256', signIn.key).update('bergfried demo door v1').digest('base64url')

export function isDemoToken(signIn: Pick<SignIn, 'key'>, given: string): boolean {
  const [a, b] = [Buffer.from(demoToken(signIn)), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** The accounts of the demo, one per role, and its company's name. Made once. */
export async function makeDemoAccounts(stage: StagePool, lang: Lang, now: Date): Promise<void> {
  for (const account of ACCOUNTS) {
    await stage.query(
      `insert into identity.person (id, login, name, language, roles, created_at, joined_at)
       values ($1, $2, $3, $4, $5, $6, $6) on conflict (login) do nothing`,
      [randomUUID(), loginOf(account), account.name, lang, [account.role], now],
    )
  }
  await stage.query(
    'insert into desk.organisation (name, changed_at) values ($1, $2) on conflict (singleton) do nothing',
    [COMPANY.name, now],
  )
}

/** The person of the demo who has a role. */
export async function demoPerson(stage: StagePool, role: Role): Promise<string | null> {
  const account = ACCOUNTS.find((a) => a.role === role)
  if (account === undefined) return null
  const [row] = await stage.query<{ id: string }>('select id from identity.person where login = $1', [loginOf(account)])
  return row?.id ?? null
}

/** Makes the accounts and prints the way in. */
export async function sayHowToWalkIn(
  house: Pick<House, 'database' | 'clock' | 'config'>,
  signIn: SignIn,
  lang: Lang,
  say: (text: string) => void,
): Promise<void> {
  await makeDemoAccounts(house.database.stage('bf_identity'), lang, house.clock.now())
  const link = `${signIn.url}/demo/${demoToken(signIn)}`
  say(
    lang === 'de'
      ? `Vorführung mit erfundenen Daten. Hineingehen (mit ?as=auditor als eine andere Rolle):\n  ${link}`
      : `Demonstration with made-up data. Walk in (with ?as=auditor as another role):\n  ${link}`,
  )
}
