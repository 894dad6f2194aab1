import { COMPANY } from './company.ts'

/** Who can sign in to the demo: one account per role, of people of the company. */
export const ACCOUNTS = [
  { role: 'owner', person: 'security-1', name: 'Sicherheit 1' },
  { role: 'approver', person: 'platform-1', name: 'Plattform 1' },
  { role: 'reviewer', person: 'security-2', name: 'Sicherheit 2' },
  { role: 'auditor', person: 'finance-2', name: 'Finanzen 2' },
  { role: 'member', person: 'support-1', name: 'Kundendienst 1' },
] as const

export const loginOf = (account: { readonly person: string }): string => `${account.person}@${COMPANY.domain}`
