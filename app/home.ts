import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the checkout: shipped policy, documents. */
export const HOME = dirname(dirname(fileURLToPath(import.meta.url)))
