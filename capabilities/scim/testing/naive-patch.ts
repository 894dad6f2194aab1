import { ENTERPRISE } from './scim-stage.ts'

interface Email {
  value?: string
  type?: string
  display?: string
  primary?: boolean
}

/** What the model knows of somebody: plain JSON, changed in place. */
export interface Plain {
  title?: string
  nickName?: string
  name?: Record<string, string>
  emails?: Email[]
  [ENTERPRISE]?: Record<string, string>
}

/** A change as a provider may mean it; how it is written down is another matter. */
export type Meant =
  | { readonly do: 'simple'; readonly name: 'title' | 'nickName'; readonly value: string | null }
  | { readonly do: 'name'; readonly part: 'givenName' | 'familyName'; readonly value: string | null }
  | { readonly do: 'department'; readonly value: string | null }
  | { readonly do: 'emails'; readonly how: 'add' | 'replace'; readonly values: readonly Email[] }
  | { readonly do: 'address'; readonly how: 'add' | 'replace'; readonly type: string; readonly value: string }
  | { readonly do: 'drop'; readonly type: string | null }

/** Writes a change down as an operation; `odd` in another way that means the same. */
export function written(meant: Meant, odd: boolean): object {
  const [add, replace, remove] = odd ? ['Add', 'REPLACE', 'Remove'] : ['add', 'replace', 'remove']
  switch (meant.do) {
    case 'simple':
      return whole(meant.name, meant.value)
    case 'name':
      return whole(`name.${meant.part}`, meant.value)
    case 'department':
      return whole(`${ENTERPRISE}:department`, meant.value)
    case 'emails':
      return {
        op: meant.how === 'add' ? add : replace,
        ...(odd ? { value: { EMAILS: meant.values } } : { path: 'emails', value: meant.values }),
      }
    case 'address':
      return {
        op: meant.how === 'add' ? add : replace,
        path: odd ? `EMAILS[Type EQ "${meant.type}"].Value` : `emails[type eq "${meant.type}"].value`,
        value: meant.value,
      }
    case 'drop':
      return { op: remove, path: meant.type === null ? 'emails' : `emails[type eq "${meant.type}"]` }
  }
  function whole(path: string, value: string | null): object {
    if (value === null) return odd ? { op: replace, path, value: null } : { op: remove, path }
    return odd ? { op: replace, value: { [path]: value } } : { op: replace, path, value }
  }
}

const same = (a: Email, b: Email): boolean =>
  a.value === b.value && a.type === b.type && a.display === b.display && a.primary === b.primary

/** Does what is meant. @returns false where it cannot be done; then nothing of the whole request may be */
export function perform(plain: Plain, meant: Meant): boolean {
  if (meant.do === 'simple') {
    if (meant.value === null) delete plain[meant.name]
    else plain[meant.name] = meant.value
  } else if (meant.do === 'name') part('name', meant.part, meant.value)
  else if (meant.do === 'department') part(ENTERPRISE, 'department', meant.value)
  else return emails(plain, meant)
  return true

  function part(of: 'name' | typeof ENTERPRISE, name: string, value: string | null): void {
    const object = plain[of] ?? {}
    if (value === null) delete object[name]
    else object[name] = value
    if (Object.keys(object).length === 0) delete plain[of]
    else plain[of] = object
  }
}

function emails(plain: Plain, meant: Extract<Meant, { do: 'emails' | 'address' | 'drop' }>): boolean {
  let list = plain.emails ?? []
  if (meant.do === 'drop') list = list.filter((email) => meant.type !== null && email.type !== meant.type)
  else if (meant.do === 'emails') {
    if (meant.how === 'replace') list = []
    for (const value of meant.values) {
      if (list.some((known) => same(known, value))) continue
      if (value.primary === true) for (const other of list) if (other.primary === true) other.primary = false
      list.push({ ...value })
    }
  } else {
    const chosen = list.filter((email) => email.type === meant.type)
    if (chosen.length === 0 && meant.how === 'replace') return false
    if (chosen.length === 0) list.push({ type: meant.type, value: meant.value })
    for (const email of chosen) email.value = meant.value
  }
  const once: Email[] = []
  for (const email of list) if (!once.some((known) => same(known, email))) once.push(email)
  if (once.length === 0) delete plain.emails
  else plain.emails = once
  return true
}
