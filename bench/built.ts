/** The product as it ships: the built code is measured, not sources that a loader compiles on the way. */

const DIST = new URL('../dist-modules/', import.meta.url)

/** Builds the modules if they are not current. */
export async function build(): Promise<void> {
  const { prepare } = (await import(new URL('../scripts/prepare.mjs', import.meta.url).href)) as {
    prepare(root: string, form: 'modules'): Promise<void>
  }
  await prepare(new URL('..', import.meta.url).pathname, 'modules')
}

/** A built module, e.g. `built<typeof import('../src/server/app.ts')>('server/app')`. */
export async function built<Module>(path: string): Promise<Module> {
  // The build makes it from the source whose type is named.
  return (await import(new URL(`${path}.js`, DIST).href)) as Module
}
