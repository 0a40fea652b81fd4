/** The rooms of src and which way their imports may point. */
'use strict'

const DOORS = ['server', 'cli', 'workers', 'slack', 'web']

/** Of areas: a connector is the value that opens a client. */
const CONNECTORS = '^src/tools/[^/]+/connector\\.ts$'

const outside = (...folders) => `^src/(?!(${folders.join('|')})/)`

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Imports between files point one way, those of types too',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'core-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: outside('core') },
    },
    {
      name: 'core-imports-few-packages',
      comment: 'zod, typeid-js and what Node brings',
      severity: 'error',
      from: { path: '^src/core/' },
      to: {
        path: '(^|/)node_modules/',
        pathNot: '(^|/)node_modules/(zod|typeid-js)/',
      },
    },
    {
      name: 'domain-on-core',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { path: outside('core', 'domain'), pathNot: '^src/package-folder[.]ts$' },
    },
    {
      name: 'tools-on-domain',
      comment:
        'Operations reach clients through ctx and import their types only; a connector opens its client',
      severity: 'error',
      from: { path: '^src/tools/', pathNot: CONNECTORS },
      to: { path: outside('core', 'domain', 'tools'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'chat-on-core',
      comment: 'Conversations know areas by their values alone; doors that people talk through stand on them',
      severity: 'error',
      from: { path: '^src/chat/' },
      to: { path: outside('core', 'chat') },
    },
    {
      name: 'clients-on-core',
      severity: 'error',
      from: { path: '^src/clients/' },
      to: { path: outside('core', 'clients') },
    },
    ...DOORS.map((door) => ({
      name: `${door}-is-a-door`,
      comment: 'Doors stand on the list of operations, never on each other, and are given their parts',
      severity: 'error',
      from: { path: `^src/${door}/` },
      to: {
        path: [`^src/(${DOORS.filter((other) => other !== door).join('|')})/`, '^src/start/'],
      },
    })),
    {
      name: 'only-compose-builds-clients',
      comment: 'Others take clients as parts, and import their types only',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/clients/', '^src/start/', '^src/workers/', CONNECTORS] },
      to: { path: '^src/clients/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workers-know-the-queue',
      comment: 'Producer and consumer agree on the name of the queue; no other client is known',
      severity: 'error',
      from: { path: '^src/workers/' },
      to: {
        path: '^src/clients/',
        pathNot: '^src/clients/queue/queue(-name)?\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'nothing-on-tests',
      severity: 'error',
      from: { path: '^(src|bin)/' },
      to: { path: '^(test|scripts|bench)/' },
    },
    {
      name: 'no-development-packages',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'all-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
}
