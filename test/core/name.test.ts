/** One name, every form of it: what a client calls, what a person types, and which list it is in. */
import { describe, expect, test } from 'vitest'
import {
  assertDistinctNames,
  parseName,
  TOOL_NAME_MAX_CHARS,
  toKebab,
  toolsetsOf,
} from '../../src/core/operation/name.ts'

const named = (name: string) => ({ name, ...parseName(name) })

describe('a name', () => {
  test('of an area with one thing gives tool, command, toolset and title', () => {
    expect(parseName('tasks.empty_trash')).toEqual({
      area: 'tasks',
      noun: undefined,
      verb: 'empty_trash',
      toolsets: ['tasks'],
      toolName: 'tasks_empty_trash',
      command: 'tasks empty-trash',
      title: 'Tasks: empty trash',
    })
  })

  test('with a noun gives them too, and can be asked for by area or by noun', () => {
    expect(parseName('crm.custom_fields.create')).toEqual({
      area: 'crm',
      noun: 'custom_fields',
      verb: 'create',
      toolsets: ['crm', 'crm.custom_fields'],
      toolName: 'crm_custom_fields_create',
      command: 'crm custom-fields create',
      title: 'Crm custom fields: create',
    })
  })

  test.each([
    'tasks',
    'tasks.',
    '.create',
    'a.b.c.d',
    'Tasks.create',
    'tasks.empty-trash',
    'tasks..get',
    'a._b',
    'a.b_',
  ])('%s is refused', (name) => expect(() => parseName(name)).toThrow('is not area.verb or area.noun.verb'))

  test(`of a tool has ${TOOL_NAME_MAX_CHARS} characters at most`, () => {
    const longest = `crm.${'x'.repeat(TOOL_NAME_MAX_CHARS - 'crm__get'.length)}.get`
    expect(parseName(longest).toolName).toHaveLength(TOOL_NAME_MAX_CHARS)
    expect(() => parseName(`${longest}s`)).toThrow('has more than')
  })
})

describe('a list of names', () => {
  test('is refused where two operations would be one tool', () => {
    expect(() => assertDistinctNames([named('a.b_c.d'), named('a.b.c_d')])).toThrow(
      'operations a.b_c.d and a.b.c_d share the tool name a_b_c_d',
    )
    expect(() => assertDistinctNames([named('a.b_c'), named('a.b.c')])).toThrow('share the tool name a_b_c')
    expect(() => assertDistinctNames([named('a.b'), named('a.b')])).toThrow('share')
  })

  test('is refused where a noun is a verb of its area: a command would mean two things', () => {
    expect(() => assertDistinctNames([named('crm.import'), named('crm.import.start')])).toThrow(
      'import is a noun in crm.import.start and the verb of crm.import',
    )
    expect(() => assertDistinctNames([named('crm.import'), named('todoist.import.start')])).not.toThrow()
  })

  test('has each toolset once', () => {
    const operations = ['crm.people.get', 'crm.people.list', 'crm.review', 'tasks.get'].map(named)
    expect(toolsetsOf(operations)).toEqual(['crm', 'crm.people', 'tasks'])
  })
})

test('a name in code is typed in kebab-case', () => {
  expect(['dueDate', 'empty_trash', 'crm people', 'id'].map(toKebab)).toEqual([
    'due-date',
    'empty-trash',
    'crm people',
    'id',
  ])
})
