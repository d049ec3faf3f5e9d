// Who may import whom: the table of docs/architecture.md. One rule a room; each names what its room may NOT reach.

const rooms = [
  'job',
  'machines',
  'actors',
  'workers',
  'server',
  'storage',
  'information',
  'host',
  'containers',
  'experiments',
  'database',
  'observe',
  'standin',
  'simulation',
  'cli',
]
const allExcept = (...allowed) => `^src/(${rooms.filter((room) => !allowed.includes(room)).join('|')})/`
const port = 'port\\.ts$'

const room = (name, ...mayImport) => ({
  name: `${name}-imports-only-its-neighbours`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { path: allExcept(name, ...mayImport) },
})

const only = (library, ...where) => ({
  name: `${library}-only-in-${where.join('-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/(${where.join('|')})(/|\\.ts$)` },
  to: { path: `^(node_modules/)?${library}(/|$)` },
})

const withoutNode = (name) => ({
  name: `${name}-knows-no-node`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { dependencyTypes: ['core'] },
})

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    // What cannot be resolved would slip past every rule below.
    { name: 'nothing-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    room('job'),
    room('machines', 'job'),
    ...['server', 'storage', 'information', 'host', 'containers', 'database', 'observe'].map((name) =>
      room(name, 'job'),
    ),
    room('workers', 'job'),
    room('standin', 'job'),
    { ...room('experiments', 'job'), to: { path: allExcept('experiments', 'job'), pathNot: port } },
    { ...room('actors', 'machines', 'job'), to: { path: allExcept('actors', 'machines', 'job'), pathNot: port } },
    {
      name: 'simulation-never-touches-a-real-adapter',
      severity: 'error',
      from: { path: '^src/simulation/' },
      to: { path: '^src/(server|storage|information|host|containers|database|observe|workers)/', pathNot: port },
    },
    {
      name: 'actors-take-port-types-only',
      severity: 'error',
      from: { path: '^src/actors/' },
      to: { path: port, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nobody-imports-the-doors',
      severity: 'error',
      from: { pathNot: '^src/(cli/|main\\.ts$)' },
      to: { path: '^src/(cli/|main\\.ts$)' },
    },
    ...['job', 'machines', 'actors', 'experiments'].map(withoutNode),
    only('xstate', 'machines', 'actors', 'simulation', 'main', 'cli'),
    only('undici', 'server', 'storage', 'information'),
    only('lmdb', 'database'),
    only('piscina', 'workers'),
    only('pino', 'observe'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js'],
    },
  },
}
