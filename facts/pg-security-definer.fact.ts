import * as z from 'zod'
import { defineFact, line, name } from './fact.ts'

export const pgSecurityDefinerFact = defineFact({
  kind: 'pg_security_definer',
  about: 'postgres',
  title: { de: 'SECURITY-DEFINER-Funktion', en: 'SECURITY DEFINER function' },
  columns: {
    database: name,
    function: line,
    owner: name,
    ownerSuperuser: z.boolean(),
    publicExecute: z.boolean(),
    searchPathFixed: z.boolean(),
  },
  sample: {
    database: 'shop',
    function: 'public.reset_password(text)',
    owner: 'shop_owner',
    ownerSuperuser: false,
    publicExecute: false,
    searchPathFixed: true,
  },
})
