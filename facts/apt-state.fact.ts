import * as z from 'zod'
import { defineFact, instant } from './fact.ts'

export const aptStateFact = defineFact({
  kind: 'apt_state',
  about: 'host',
  title: { de: 'Zustand der Paketverwaltung', en: 'State of the package manager' },
  columns: {
    /** Date of the newest package list, from its signed Release file. */
    listsAt: instant.nullable(),
    /** When the lists were last fetched (modification time). */
    refreshedAt: instant.nullable(),
    lastUpgradeAt: instant.nullable(),
    securityArchive: z.boolean(),
    unattendedUpgrades: z.boolean(),
  },
  sample: {
    listsAt: '2026-11-22T08:00:00Z',
    refreshedAt: '2026-11-22T09:00:00Z',
    lastUpgradeAt: '2026-11-20T04:00:00Z',
    securityArchive: true,
    unattendedUpgrades: true,
  },
})
