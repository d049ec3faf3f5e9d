import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Real pilots on a busy machine: time enough, and two at once within a file.
    testTimeout: 60_000,
    maxConcurrency: 2,
    reporters: ['default'],
  },
})
