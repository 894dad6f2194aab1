import * as z from 'zod'
import { defineFact, instant, line, name } from './fact.ts'

export const hostOsFact = defineFact({
  kind: 'host_os',
  about: 'host',
  title: { de: 'Betriebssystem', en: 'Operating system' },
  columns: {
    distribution: name,
    version: name,
    codename: name.nullable(),
    prettyName: line,
    kernelRunning: name,
    /** Newest kernel installed, as in /boot or /lib/modules; null where the host has none of its own (container, virtual kernel). */
    kernelInstalled: name.nullable(),
    rebootRequired: z.boolean(),
    bootedAt: instant.nullable(),
    architecture: name,
  },
  sample: {
    distribution: 'debian',
    version: '12',
    codename: 'bookworm',
    prettyName: 'Debian GNU/Linux 12 (bookworm)',
    kernelRunning: '6.1.0-40-amd64',
    kernelInstalled: '6.1.0-40-amd64',
    rebootRequired: false,
    bootedAt: '2026-10-01T06:00:00Z',
    architecture: 'x86_64',
  },
})
