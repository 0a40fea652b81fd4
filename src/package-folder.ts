/**
 * The folder of this package, which holds `package.json` and `drizzle`. The one place that asks where it lies itself: a
 * build moves code between files, but keeps this depth.
 */
export const PACKAGE_FOLDER = new URL('..', import.meta.url)
