// Holds the tables of docs/architecture.md, and its list of common files: who may import whom. They are read, so that
// they are true.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const BACKEND = 'plugins/model-ci-backend/src';
/** Tests, and what they share, may put rooms together. */
const TESTS = '[.]test[.]tsx?$|/testing/|/testDatabase[.]ts$';

const page = readFileSync(join(__dirname, 'docs/architecture.md'), 'utf8');
const packages = readTable('Who may import whom');
const rooms = readTable('Inside the backend');
const folders = Object.keys(rooms);
/** Belong to no room, and import none. */
const COMMON_FILES = `^${BACKEND}/(${readList(
  'Files that belong to no room',
).join('|')})$`;

const packageRules = Object.entries(packages).map(([name, allowed]) => ({
  name: `package ${name}`,
  comment: `${name} imports ${allowed.join(', ') || 'no plugin'}`,
  severity: 'error',
  from: { path: `^plugins/${name}/src/`, pathNot: TESTS },
  to: {
    path: '^plugins/',
    pathNot: `^plugins/(${[name, ...allowed].join('|')})/`,
  },
}));

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `room ${room}`,
  comment: `${room} imports ${allowed.join(', ') || 'no other room'}`,
  severity: 'error',
  from: { path: folderOf(room), pathNot: TESTS },
  to: {
    path: `^${BACKEND}/`,
    pathNot: [COMMON_FILES, ...[room, ...allowed].map(folderOf)],
  },
}));

/** The names in the first column of a section's table, each with those in the last. */
function readTable(section) {
  const text = page.split('\n## ').find(part => part.startsWith(section)) ?? '';
  const rows = text.split('\n').filter(line => line.startsWith('| `'));
  if (rows.length === 0) {
    throw new Error(`docs/architecture.md has no table under '${section}'`);
  }
  return Object.fromEntries(
    rows.flatMap(row => {
      const cells = row.split('|').slice(1, -1);
      return namesIn(cells[0]).map(name => [name, namesIn(cells.at(-1))]);
    }),
  );
}

/** The names in the line that begins with these words. */
function readList(words) {
  const line = page.split('\n').find(part => part.startsWith(words)) ?? '';
  const names = namesIn(line);
  if (names.length === 0) {
    throw new Error(`docs/architecture.md has no line '${words}' with names`);
  }
  return names.map(name => name.replaceAll('.', '[.]'));
}

function namesIn(cell) {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
}

/** The files of a room without those of a room within it. */
function folderOf(room) {
  const inner = folders
    .filter(other => other !== room && other.startsWith(room))
    .map(other => other.slice(room.length));
  return `^${BACKEND}/${room}${
    inner.length > 0 ? `(?!${inner.join('|')})` : ''
  }`;
}

module.exports = {
  forbidden: [
    {
      name: 'no circles',
      comment: 'Files import each other in a circle, if only for their types',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'planning is pure',
      comment: 'planning/ imports only types and model-ci-common',
      severity: 'error',
      from: { path: `^${BACKEND}/planning/`, pathNot: TESTS },
      to: {
        pathNot: [`^${BACKEND}/planning/`, '^plugins/model-ci-common/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'statistics is pure',
      comment: 'statistics/ imports only types and @stdlib',
      severity: 'error',
      from: { path: `^${BACKEND}/statistics/`, pathNot: TESTS },
      to: {
        pathNot: [`^${BACKEND}/statistics/`, 'node_modules/@stdlib/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'every package has its row',
      comment: 'The first table of docs/architecture.md names each package',
      severity: 'error',
      from: {
        path: '^plugins/',
        pathNot: `^plugins/(${Object.keys(packages).join('|')})/`,
      },
      to: {},
    },
    {
      name: 'every folder has its row',
      comment: 'The table of the backend names each of its folders as a room',
      severity: 'error',
      from: { path: `^${BACKEND}/[^/]+/`, pathNot: folders.map(folderOf) },
      to: {},
    },
    {
      name: 'common files import no room',
      comment: 'What all may import imports nothing of the backend',
      severity: 'error',
      from: { path: COMMON_FILES },
      to: { path: `^${BACKEND}/`, pathNot: COMMON_FILES },
    },
    ...packageRules,
    ...roomRules,
  ],
  options: {
    doNotFollow: { path: ['node_modules'] },
    exclude: { path: ['/dist(-types)?/'] },
    // Circles of types count too: they bind the same rooms to each other.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: join(__dirname, 'tsconfig.json') },
    enhancedResolveOptions: { exportsFields: ['exports'] },
  },
};
