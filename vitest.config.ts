import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      '{engines,adapters,facts,kernel,connectors,capabilities,policy,keeper,witness,host,verifier,trust-page,app,cli,demo,console,e2e,tools,bench}/**/*.test.ts',
    ],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ['app/testing/global-setup.ts'],
  },
})
