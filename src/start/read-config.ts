/** Reads the configuration of the product: the only place that reads the environment. */
import { type Config, readConfigOf } from '../config/config.ts'
import type { Area } from '../core/area/area.ts'
import { joinAreas } from '../core/area/join-areas.ts'
import type { Environment } from '../core/area/setting.ts'
import { areas } from '../tools/registry.ts'

/**
 * `given` overrides variables, as a command's options do. `more`: areas beside those of the product.
 * @throws AppError `invalid_input` with one line for every invalid variable
 */
export function readConfig(
  environment: Environment = process.env,
  given: Environment = {},
  more: readonly Area[] = [],
): Config {
  return readConfigOf(joinAreas(areas, more), environment, given)
}
