import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { AppError } from '../../../src/core/errors.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { SHIPPED_AGENTS } from '../../../src/domain/agents/shipped/shipped.ts'
import type { Agent } from '../../../src/domain/agents/spec/agent.ts'
import { agentScopes } from '../../../src/domain/agents/spec/grants.ts'
import { agents } from '../../../src/domain/agents/tables.ts'
import { createAgent } from '../../../src/tools/agents/create-agent.ts'
import { deleteAgent } from '../../../src/tools/agents/delete-agent.ts'
import { getAgent } from '../../../src/tools/agents/get-agent.ts'
import { listAgents } from '../../../src/tools/agents/list-agents.ts'
import { updateAgent } from '../../../src/tools/agents/update-agent.ts'
import { operations } from '../../../src/tools/registry.ts'
import { type AgentWorld, BOB, failure, openAgentWorld } from './support.ts'

const EDITOR = { slug: 'editor', role: 'Editor', instructions: 'Edit what you are given.' }

let world: AgentWorld
beforeAll(async () => {
  world = await openAgentWorld()
})
afterAll(() => world?.close())

const made: string[] = []
afterEach(async () => {
  await world.gateway.db.delete(agents)
  for (const name of made.splice(0)) world.remove(name)
})

function put(name: string, text: string): void {
  world.put(name, text)
  made.push(name)
}

async function itemOf(slug: string) {
  const { items } = await world.run(listAgents, {})
  return items.filter((item) => item.slug === slug)
}

async function get(slug: string): Promise<Agent> {
  return (await world.run(getAgent, { slug })).agent
}

it.each([
  ['what cannot be undone', [{ effect: 'destroy', verdict: 'allow' }], 'forbidden'],
  ['everything of an area', [{ operation: 'tasks.*', verdict: 'allow' }], 'forbidden'],
  [
    'it beyond an amount',
    [{ operation: 'tasks.*', over: { field: 'confirm', amount: 0 }, verdict: 'allow' }],
    'forbidden',
  ],
  ['what can be undone', [{ operation: '*', effect: 'write', verdict: 'allow' }], undefined],
] as const)('a model lets no agent do %s without asking', async (_, rules, code) => {
  const { gateway } = world
  const given = { slug: 'loose', approvals: { rules: [...rules] } }
  await world.run(createAgent, { ...EDITOR, slug: 'loose' })
  for (const door of ['mcp', 'http'] as const) {
    const call = gateway.invoke(updateAgent, given, { ...gateway.as(), door })
    const refused = await call.then(
      () => undefined,
      (thrown: AppError) => thrown.code,
    )
    expect(refused).toBe(door === 'mcp' ? code : undefined)
  }
})

describe('agents.list', () => {
  it('shows the shipped ones to everybody, and own ones to oneself, by slug', async () => {
    await world.run(createAgent, EDITOR)
    const slugs = async (actor = {}) => (await world.run(listAgents, {}, actor)).items.map(({ slug }) => slug)
    const shipped = [...SHIPPED_AGENTS.keys()].sort()
    expect(await slugs(BOB)).toEqual(shipped)
    expect(await slugs()).toEqual([...shipped, 'editor'].sort())
  })

  it('tells what each is, without its instructions', async () => {
    expect(await itemOf('project-manager')).toEqual([
      {
        slug: 'project-manager',
        source: 'shipped',
        teamId: null,
        role: 'Project manager',
        description: expect.stringMatching(/./),
        model: 'the default',
        tools: expect.arrayContaining(['tasks', 'projects']),
        problem: null,
      },
    ])
  })

  it('shows a stored one over a file, and a file over a shipped one', async () => {
    put('tester.md', '---\nrole: From a file\n---\nTest.')
    expect(await itemOf('tester')).toMatchObject([{ source: 'file', role: 'From a file' }])
    const { hides } = await world.run(createAgent, { ...EDITOR, slug: 'tester' })
    expect(hides).toBe('file')
    expect(await itemOf('tester')).toMatchObject([{ source: 'stored', role: 'Editor' }])
  })
})

describe('an agent in a file', () => {
  it('has its front matter, its text as instructions, and defaults for the rest', async () => {
    put(
      'scribe.md',
      '---\nrole: Scribe\ntools: [tasks:read, ask_person]\nlimits: { usd: 2 }\n---\n# Write\n\nMuch.\n',
    )
    expect(await get('scribe')).toMatchObject({
      slug: 'scribe',
      source: 'file',
      role: 'Scribe',
      instructions: '# Write\n\nMuch.',
      tools: ['tasks:read', 'ask_person'],
      limits: { steps: 50, minutes: 30, tokens: null, usd: 2 },
      approvals: { rules: [], approvers: [], expireHours: 72 },
      executor: 'model',
      phases: false,
    })
  })

  it.each([
    ['a field that there is not', 'role: A\ntool: [tasks]', /tool: unknown field; the nearest is tools/],
    [
      'a field of a limit that there is not',
      'role: A\nlimits: { step: 3 }',
      /limits\.step: .*nearest is steps/,
    ],
    ['a value of the wrong kind', 'role: A\ntools: tasks', /tools: must be a list/],
    ['a required field missing', 'description: x', /role: /],
    ['a tool that there is not', 'role: A\ntools: [tasks.creat]', /tools\.0: .*nearest is tasks\.create/],
    [
      'a tool that no agent may have',
      'role: A\ntools: [tasks, access]',
      /tools\.1: no agent may have access/,
    ],
    [
      'an approval for no operation',
      'role: A\napprovals: { rules: [{ operation: task.delete, verdict: ask }] }',
      /rules\.0\.operation: .*nearest is tasks\.delete/,
    ],
    ['instructions in two places', 'role: A\ninstructions: B', /below the front matter/],
    ['front matter that is a list', '- role', /must be fields/],
    ['YAML that is none', 'role: [A', /line 2/],
    ['text that no store takes', 'role: "A\\0"', /NUL/],
  ])(
    'with %s is listed with the problem, and says the same when it is wanted',
    async (_what, front, problem) => {
      put('broken.md', `---\n${front}\n---\nWork.`)
      const [item] = await itemOf('broken')
      expect(item).toMatchObject({ source: 'file', role: null, problem: expect.stringMatching(problem) })
      expect(item?.problem).toMatch(/^agents\/broken\.md: /)
      const told = get('broken')
      await expect(told).rejects.toMatchObject(failure('invalid_input', problem, /Correct the file/))
      await expect(told).rejects.toThrow(item?.problem ?? '')
    },
  )

  it('with nothing to do says so', async () => {
    put('idle.md', '---\nrole: Idle\n---\n')
    expect(await itemOf('idle')).toMatchObject([
      { problem: expect.stringMatching(/instructions: the text below the front matter is missing/) },
    ])
  })

  it('with an invalid name is listed with the problem', async () => {
    put('My Agent.md', '---\nrole: Mine\n---\nWork.')
    expect(await itemOf('My Agent')).toMatchObject([
      { problem: expect.stringMatching(/name of the file must be/) },
    ])
  })

  it('that is broken does not let the shipped one of its name be taken for it', async () => {
    put('assistant.md', '---\nrol: Mine\n---\nWork.')
    await expect(get('assistant')).rejects.toMatchObject(failure('invalid_input', /nearest is role/))
    await world.run(createAgent, { ...EDITOR, slug: 'assistant' })
    expect(await get('assistant')).toMatchObject({ source: 'stored' })
  })

  it('works as soon as it is put right', async () => {
    put('late.md', 'No role.')
    await expect(get('late')).rejects.toMatchObject(failure('invalid_input', /role/))
    world.put('late.md', '---\nrole: Right\n---\nNow.')
    expect(await get('late')).toMatchObject({ role: 'Right' })
  })
})

describe('agents.get', () => {
  it('of a name that there is not names the nearest, and how to list', async () => {
    await expect(get('projekt-manager')).rejects.toMatchObject(
      failure('not_found', /no agent projekt-manager; the nearest is project-manager/, /agents\.list/),
    )
  })

  it("of somebody else's is as if it were not there", async () => {
    await world.run(createAgent, EDITOR)
    const bobs = world.run(getAgent, { slug: 'editor' }, BOB)
    await expect(bobs).rejects.toMatchObject(failure('not_found', /no agent editor/))
    await expect(bobs).rejects.not.toMatchObject({ message: expect.stringContaining('nearest is editor') })
  })
})

describe('agents.create', () => {
  it('keeps what was given and fills in the rest', async () => {
    const { agent, hides } = await world.run(createAgent, {
      ...EDITOR,
      model: 'some-model',
      provider: 'openai',
      tools: ['tasks.list', 'delegate'],
      limits: { steps: 3 },
      approvals: { rules: [{ operation: 'tasks.*', effect: 'write', verdict: 'ask' }], expireHours: 1 },
      outputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      phases: true,
    })
    expect(hides).toBeNull()
    expect(agent).toEqual({
      slug: 'editor',
      source: 'stored',
      writerScopes: ['admin'],
      teamId: null,
      role: 'Editor',
      description: '',
      instructions: EDITOR.instructions,
      executor: 'model',
      provider: 'openai',
      model: 'some-model',
      tools: ['tasks.list', 'delegate'],
      limits: { steps: 3, minutes: 30, tokens: null, usd: null },
      approvals: {
        rules: [{ operation: 'tasks.*', effect: 'write', verdict: 'ask' }],
        approvers: [],
        notStarter: false,
        expireHours: 1,
      },
      phases: true,
      outputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
    })
    expect(await get('editor')).toEqual(agent)
    expect(world.gateway.changes.at(-1)?.uris).toEqual(['agent://editor'])
  })

  it('of a name that is taken is refused, and two persons may have the same', async () => {
    await world.run(createAgent, EDITOR)
    const again = world.run(createAgent, { ...EDITOR, role: 'Other' })
    await expect(again).rejects.toMatchObject(
      failure('conflict', /already have an agent editor/, /agents\.update/),
    )
    await world.run(createAgent, { ...EDITOR, role: 'Theirs' }, BOB)
    expect(await get('editor')).toMatchObject({ role: 'Editor' })
  })

  it.each([
    [{ tools: ['tasks', 'project.read'] }, 'tools.1', /nearest is projects/],
    [{ tools: ['runs:write'] }, 'tools.0', /no agent may have runs:write: .*delegate/],
    [
      { approvals: { rules: [{ operation: 'crm.*', verdict: 'ask' as const }] } },
      'approvals.rules.0.operation',
      /crm/,
    ],
    [{ outputSchema: { type: 'array' } }, 'outputSchema', /type: object/],
    [{ outputSchema: { type: 'object', properties: { a: { type: 'strin' } } } }, 'outputSchema', /strin/],
    [{ limits: { steps: 0 } }, 'limits.steps', /./],
    [{ slug: 'Editor One' }, 'slug', /lower-case/],
  ])('with %o names the field and what is wrong with it', async (wrong, path, message) => {
    const call = world.run(createAgent, { ...EDITOR, ...wrong })
    await expect(call).rejects.toMatchObject({
      code: 'invalid_input',
      issues: [{ path, message: expect.stringMatching(message) }],
    })
    expect(await itemOf('editor')).toEqual([])
  })
})

describe('agents.update', () => {
  it('changes what is given and leaves the rest, within limits and approvals too', async () => {
    const { agent: before } = await world.run(createAgent, {
      ...EDITOR,
      tools: ['tasks'],
      limits: { steps: 3, usd: 1 },
      approvals: { approvers: ['bob'], expireHours: 5 },
      phases: true,
    })
    const { agent, changed, copiedFrom } = await world.run(updateAgent, {
      slug: 'editor',
      limits: { usd: null },
      approvals: { rules: [{ effect: 'write', verdict: 'ask' }] },
    })
    expect({ changed, copiedFrom }).toEqual({ changed: ['limits', 'approvals'], copiedFrom: null })
    expect(agent).toEqual({
      ...before,
      limits: { ...before.limits, usd: null },
      approvals: { ...before.approvals, rules: [{ effect: 'write', verdict: 'ask' }] },
    })
    expect(await get('editor')).toEqual(agent)
  })

  it('of a shipped one makes a copy of its own, for this person only', async () => {
    const { agent, changed, copiedFrom } = await world.run(updateAgent, {
      slug: 'tester',
      limits: { steps: 7 },
    })
    expect({ changed, copiedFrom }).toEqual({ changed: ['limits'], copiedFrom: 'shipped' })
    const shipped = SHIPPED_AGENTS.get('tester')
    expect(agent).toEqual({
      ...{ ...shipped, source: 'stored', writerScopes: ['admin'] },
      limits: { ...shipped?.limits, steps: 7 },
    })
    expect(await get('tester')).toEqual(agent)
    const bobs = await world.run(getAgent, { slug: 'tester' }, BOB)
    expect(bobs.agent).toEqual(shipped)
  })

  it('of one in a file makes a copy too, and leaves the file', async () => {
    put('scribe.md', '---\nrole: Scribe\n---\nWrite.')
    const { copiedFrom } = await world.run(updateAgent, { slug: 'scribe', role: 'Author' })
    expect(copiedFrom).toBe('file')
    expect(await get('scribe')).toMatchObject({ source: 'stored', role: 'Author', instructions: 'Write.' })
  })

  it('that changes nothing writes nothing, and copies nothing', async () => {
    const { agent, changed, copiedFrom } = await world.run(updateAgent, { slug: 'tester', role: 'Tester' })
    expect({ source: agent.source, changed, copiedFrom }).toEqual({
      source: 'shipped',
      changed: [],
      copiedFrom: null,
    })
    const schema = {
      type: 'object',
      properties: { title: { type: 'string' }, a: { type: 'number' } },
    } as const
    await world.run(createAgent, { ...EDITOR, outputSchema: schema })
    const again = await world.run(updateAgent, { slug: 'editor', outputSchema: schema })
    expect(again.changed).toEqual([])
  })

  it('that is wrong changes nothing', async () => {
    await world.run(createAgent, EDITOR)
    const call = world.run(updateAgent, { slug: 'editor', role: 'Other', tools: ['nothing.here'] })
    await expect(call).rejects.toMatchObject(failure('invalid_input', /tools\.0/))
    expect(await get('editor')).toMatchObject({ role: 'Editor' })
  })

  it('of a name that there is not, or of somebody else, is refused', async () => {
    await world.run(createAgent, EDITOR)
    const bobs = world.run(updateAgent, { slug: 'editor', role: 'Mine' }, BOB)
    await expect(bobs).rejects.toMatchObject(failure('not_found', /no agent editor/))
  })

  it('mends one that is stored in a form that is not valid any more', async () => {
    await world.run(createAgent, EDITOR)
    const broken = { ...EDITOR, role: '' } as never
    await world.gateway.db.update(agents).set({ spec: broken }).where(eq(agents.slug, 'editor'))
    expect(await itemOf('editor')).toMatchObject([
      { source: 'stored', problem: expect.stringMatching(/^role: /) },
    ])
    await expect(get('editor')).rejects.toMatchObject(failure('invalid_input', /role/, /agents\.update/))
    const elsewhere = world.run(updateAgent, { slug: 'editor', phases: true })
    await expect(elsewhere).rejects.toMatchObject(failure('invalid_input', /role/))
    await world.run(updateAgent, { slug: 'editor', role: 'Editor' })
    expect(await get('editor')).toMatchObject({ role: 'Editor' })
  })
})

describe('agents.delete', () => {
  it('brings back what a stored one hid, and says so', async () => {
    await world.run(updateAgent, { slug: 'tester', role: 'Mine' })
    const { back } = await world.run(deleteAgent, { slug: 'tester', confirm: true })
    expect(back).toBe('shipped')
    expect(await get('tester')).toEqual(SHIPPED_AGENTS.get('tester'))
    expect(deleteAgent.tell({ slug: 'tester', back })).toBe(
      'Deleted your agent tester; the shipped one is back',
    )
  })

  it('of one that hid nothing leaves nothing', async () => {
    await world.run(createAgent, EDITOR)
    expect(await world.run(deleteAgent, { slug: 'editor', confirm: true })).toEqual({
      slug: 'editor',
      back: null,
    })
    await expect(get('editor')).rejects.toMatchObject(failure('not_found', /editor/))
  })

  it('of one that is not confirmed does nothing', async () => {
    await world.run(createAgent, EDITOR)
    const call = world.run(deleteAgent, { slug: 'editor' })
    await expect(call).rejects.toMatchObject({ code: 'confirmation_required' })
    expect(await get('editor')).toMatchObject({ role: 'Editor' })
  })

  it('of a shipped one, or one in a file, is refused with the way out', async () => {
    put('scribe.md', '---\nrole: Scribe\n---\nWrite.')
    const shipped = world.run(deleteAgent, { slug: 'tester', confirm: true })
    await expect(shipped).rejects.toMatchObject(failure('conflict', /shipped/, /agents\.update/))
    const file = world.run(deleteAgent, { slug: 'scribe', confirm: true })
    await expect(file).rejects.toMatchObject(failure('conflict', /file/, /agents\/scribe\.md/))
  })

  it("leaves somebody else's alone", async () => {
    await world.run(createAgent, EDITOR)
    const bobs = world.run(deleteAgent, { slug: 'editor', confirm: true }, BOB)
    await expect(bobs).rejects.toMatchObject(failure('not_found', /editor/))
    expect(await get('editor')).toMatchObject({ role: 'Editor' })
  })
})

describe('at once', () => {
  it('of two that make an agent of one name, one does', async () => {
    const calls = ['One', 'Two'].map((role) => world.run(createAgent, { ...EDITOR, role }))
    const outcomes = await Promise.allSettled(calls)
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const failed = outcomes.find(({ status }) => status === 'rejected')
    expect(failed).toMatchObject({ reason: { code: 'conflict' } })
  })

  it('two changes of a shipped one both stand', async () => {
    const slug = 'tester'
    const changes = [{ role: 'Mine' }, { phases: true }, { limits: { steps: 2 } }]
    const updates = await Promise.all(changes.map((change) => world.run(updateAgent, { slug, ...change })))
    expect(updates.filter(({ copiedFrom }) => copiedFrom === 'shipped')).toHaveLength(1)
    expect(await get(slug)).toMatchObject({ role: 'Mine', phases: true, limits: { steps: 2 } })
  })
})

describe('an agent as actor', () => {
  const writes: readonly (readonly [string, Operation, object])[] = [
    ['make', createAgent, EDITOR],
    ['change', updateAgent, { slug: 'tester', role: 'Mine' }],
    ['delete', deleteAgent, { slug: 'tester', confirm: true }],
  ]

  it.each(writes)('may not %s agents with all that a run may have', async (_what, operation, input) => {
    const scopes = agentScopes(['admin'], ['*'], operations)
    const actor = { kind: 'agent', id: 'tester', scopes } as const
    const call = world.gateway.invoke(operation, input, { ...world.gateway.as(actor), door: 'worker' })
    await expect(call).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('in words', () => {
  it('each answer says what happened, with the slug', async () => {
    const created = await world.run(createAgent, { ...EDITOR, slug: 'tester' })
    expect(createAgent.tell(created)).toBe('Made tester (stored): Editor\nIt replaces the shipped one')
    expect(getAgent.tell({ agent: created.agent })).toContain('Edit what you are given.')
    put('broken.md', 'No role.')
    const list = await world.run(listAgents, {})
    expect(listAgents.tell(list)).toMatch(
      /^broken \(file\): cannot be started\. agents\/broken\.md: role: .+$/m,
    )
    expect(listAgents.table?.(list).rows).toHaveLength(list.items.length)
    const updated = await world.run(updateAgent, { slug: 'reviewer', phases: true })
    expect(updateAgent.tell(updated)).toBe(
      'Changed phases: reviewer (stored): Reviewer\nIt is a copy of the shipped one, and replaces it',
    )
  })
})
