/** Reads the configuration of the product: only here is the environment looked at. */
import { type Config, readConfigOf } from '../config/config.ts'
import type { Area } from '../core/area/area.ts'
import { joinAreas } from '../core/area/join-areas.ts'
import type { Environment } from '../core/area/setting.ts'
import { areas } from '../tools/registry.ts'

/**
 * `given` replaces variables, as the options of a command do. `more`: areas beside those of the product.
 * @throws AppError `invalid_input` with one line for every variable that is wrong
 */
export function readConfig(
  environment: Environment = process.env,
  given: Environment = {},
  more: readonly Area[] = [],
): Config {
  return readConfigOf(joinAreas(areas, more), environment, given)
}
