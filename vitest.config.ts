import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{facts,kernel,connectors,capabilities,policy,app,cli,tools,bench}/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    globalSetup: ['app/testing/global-setup.ts'],
  },
})
