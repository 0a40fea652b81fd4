/** One suite: every test file gets a database of its own from one migrated template. */
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'
import { failedTests } from './scripts/failed-tests.ts'

const ROOT = fileURLToPath(new URL('.', import.meta.url))
const SOURCES = join(ROOT, 'src', sep)
const MODULES = join(ROOT, 'dist-modules', sep)

/** Ceilings, not waits: a busy machine of two cores takes its time to start a process or a database. */
const TEST_TIMEOUT_MS = 120_000
const HOOK_TIMEOUT_MS = 120_000

/** Tests that add an area to the product: its scopes stay declared in their process, which runs no test of the product alone. */
const WITH_ANOTHER_AREA = ['test/area/**/*.test.ts', 'test/tools/accounts/**/*.test.ts']

const suite = {
  pool: 'forks' as const,
  maxWorkers: 2,
  // The embedded database is WebAssembly: no run is long enough to earn back what optimizing it costs. The garbage
  // collector runs less often when new objects have more room.
  execArgv: ['--liftoff-only', '--max-semi-space-size=64'],
  testTimeout: TEST_TIMEOUT_MS,
  hookTimeout: HOOK_TIMEOUT_MS,
  // Files share their worker's modules: loading them again for each file was a third of the work. No module keeps state.
  isolate: false,
  server: { deps: { external: [/\/dist-modules\//] } },
}

/**
 * Tests load the sources as the build compiles them, without a detour through Vite: to transform a thousand files in each
 * run would take longer than many a test. Who watches the sources, or asks what tests cover, has them transformed.
 */
const isBuilt = process.argv.includes('run') && !process.argv.some((word) => word.startsWith('--coverage'))
if (isBuilt) {
  const preparing: { prepare(root: string, form: 'modules'): Promise<void> } = await import(
    new URL('scripts/prepare.mjs', import.meta.url).href
  )
  await preparing.prepare(ROOT, 'modules')
}

const sourcesAsBuilt = {
  name: 'sources-as-built',
  enforce: 'pre' as const,
  resolveId(source: string, importer: string | undefined) {
    const isOfOurs = importer !== undefined && source.startsWith('.') && source.endsWith('.ts')
    const path = isBuilt && isOfOurs ? join(importer, '..', source) : ''
    return path.startsWith(SOURCES) ? `${MODULES}${relative(SOURCES, path).replace(/ts$/, 'js')}` : undefined
  },
}

export default defineConfig({
  plugins: [sourcesAsBuilt],
  test: {
    globalSetup: ['test/support/world/global-setup.ts'],
    maxWorkers: suite.maxWorkers,
    reporters: ['default', failedTests()],
    coverage: { include: ['src/**'], reporter: ['text-summary', 'html'] },
    projects: [
      {
        plugins: [sourcesAsBuilt],
        test: {
          ...suite,
          name: 'product',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'test/browser/**', ...WITH_ANOTHER_AREA],
        },
      },
      { plugins: [sourcesAsBuilt], test: { ...suite, name: 'another area', include: WITH_ANOTHER_AREA } },
    ],
  },
})
