/** The two forms of the suite: `npm test` runs the short one, `.ci/run` the long one as well (`TEST_FORM=long`). */
import process from 'node:process'

export const isLong = process.env.TEST_FORM === 'long'

/** How many cases a test tries: `short` in `npm test`, `long` where there is time. */
export function cases(short: number, long: number): number {
  return isLong ? long : short
}

/** Every third in the short form, for tests that ask the same of each: the rest is asked in `.ci/run`. */
export function some<Value>(all: readonly Value[]): readonly Value[] {
  return isLong ? all : all.filter((_, index) => index % SHORT_SHARE === 0)
}

const SHORT_SHARE = 3
