/** Operations as the areas that list them: those of the product with all that they bring, others by themselves. */
import { type Area, defineArea } from '../../src/core/area/area.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import { areas } from '../../src/tools/registry.ts'

export function areasOf(operations: readonly Operation[]): Area[] {
  const names = [...new Set(operations.map(({ area }) => area))]
  return names.map((name) => {
    const inArea = operations.filter(({ area }) => area === name)
    const known = areas.find((area) => area.operations.some((operation) => inArea.includes(operation)))
    const commands = known?.commands.filter(({ operation }) => inArea.includes(operation)) ?? []
    return { ...(known ?? defineArea({ name, operations: [] })), operations: inArea, commands }
  })
}
