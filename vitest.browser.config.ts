/** The pages in a real browser; apart from the suite, which needs no browser on the machine. */
import { defineConfig } from 'vitest/config'
import { failedTests } from './scripts/failed-tests.ts'

const TIMEOUT_MS = 60_000

export default defineConfig({
  test: {
    reporters: ['default', failedTests()],
    include: ['test/browser/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: TIMEOUT_MS,
    hookTimeout: TIMEOUT_MS,
  },
})
