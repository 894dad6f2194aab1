import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const HERE = fileURLToPath(new URL('./', import.meta.url))

/**
 * Builds the console into a folder. Nothing is inlined: the content security policy of the page lets no inline code run.
 *
 * @param outDir - made or emptied
 */
export async function buildConsole(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: HERE,
    base: '/console/',
    mode: 'production',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic' } },
    build: {
      outDir: resolve(outDir),
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      cssCodeSplit: false,
      target: 'es2023',
      reportCompressedSize: false,
    },
  })
}

const [, self, folder] = process.argv
if (self === fileURLToPath(import.meta.url) && folder !== undefined) await buildConsole(folder)
