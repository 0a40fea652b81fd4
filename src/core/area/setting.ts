/** A setting is a variable of the environment: its meaning, the values it takes and its default. */
import type { z } from 'zod'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the text of a variable; undefined: not set. The default is read in the same way, so that it keeps the same
 * rules.
 */
export type SettingSchema<Value> = z.ZodType<Value, string | undefined>

export interface Setting<Value = unknown> {
  readonly variable: string
  readonly description: string
  /** The values it takes, in words: `a port from 0 to 65535`. */
  readonly takes: string
  /** The value when it is not set, in words. */
  readonly default: string
  /** Its value is never shown, and masked in everything that is stored or logged. */
  readonly secret?: true
  /** A schema that depends on other variables receives all of them. */
  readonly schema: SettingSchema<Value> | ((environment: Environment) => SettingSchema<Value>)
}

export function defineSetting<Value>(spec: Setting<Value>): Setting<Value> {
  return spec
}

/** The values of settings, as they were read at the start. */
export interface Settings {
  /** @throws Error for a setting that is in no manifest */
  of<Value>(setting: Setting<Value>): Value
}

declare module '../operation/context.ts' {
  interface Resources {
    readonly settings: Settings
  }
}
