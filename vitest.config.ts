/** One suite: every test file gets a database of its own from one migrated template. */
import { defineConfig } from 'vitest/config'

/** Ceilings, not waits: a busy machine of two cores takes its time to start a process or a database. */
const TEST_TIMEOUT_MS = 120_000
const HOOK_TIMEOUT_MS = 120_000

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**'],
    globalSetup: ['test/support/world/global-setup.ts'],
    pool: 'forks',
    // Files share their worker's modules: loading them again for each file was a third of the work. No module keeps state.
    isolate: false,
    maxWorkers: 2,
    // The embedded database is WebAssembly: no test file runs for long enough to earn back what optimizing it costs.
    execArgv: ['--liftoff-only'],
    testTimeout: TEST_TIMEOUT_MS,
    hookTimeout: HOOK_TIMEOUT_MS,
    coverage: { include: ['src/**'], reporter: ['text-summary', 'html'] },
  },
})
