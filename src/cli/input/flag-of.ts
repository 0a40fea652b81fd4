/** The name of an input's field on the command line, by its dotted path. */
import type { Field, Shape } from '../../core/command-line/shape.ts'

/** `due` is `--due`, `taskId` is `<task-id>`, and `tasks.0.title` is `<title>` where words become tasks. */
export function flagOf(shape: Shape, path: string): string {
  const { batch } = shape
  const inBatch = batch && new RegExp(`^${batch.name}\\.\\d+\\.(.+)$`).exec(path)?.[1]
  if (batch && inBatch !== undefined) {
    const [name, ...rest] = inBatch.split('.')
    if (name === batch.key) return positionalNamed(shape, name) ?? path
    return optionNamed(batch.options, name, rest) ?? path
  }
  const [name, ...rest] = path.split('.')
  return positionalNamed(shape, name) ?? optionNamed(shape.options, name, rest) ?? path
}

function positionalNamed({ positionals }: Shape, name: string | undefined): string | undefined {
  const found = positionals.find((field) => field.name === name)
  return found && `<${found.words}>`
}

function optionNamed(
  options: readonly Field[],
  name: string | undefined,
  rest: readonly string[],
): string | undefined {
  const found = options.find((field) => field.name === name)
  return found && [`--${found.words}`, ...(rest.length > 0 ? [rest.join('.')] : [])].join(' ')
}
