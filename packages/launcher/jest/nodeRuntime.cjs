const { createRequire, isBuiltin } = require('node:module');
const path = require('node:path');
const vm = require('node:vm');
const { default: JestRuntime } = require('jest-runtime');

/** They have hooks of their own, or what they keep belongs to one file of tests. */
const OF_ONE_FILE =
  /test-?utils|node_modules\/(@jest|jest|jest-[\w-]+|expect|msw|supertest)\//i;

/** Where dependencies lie, by who asks and what for; undefined for what is none. */
const resolved = new Map();

function resolveDependency(from, name) {
  const key = `${path.dirname(from)}\0${name}`;
  if (!resolved.has(key)) {
    let file;
    try {
      file = createRequire(from).resolve(name);
    } catch {
      // Jest says what is missing.
    }
    const shared =
      file?.includes('/node_modules/') &&
      !OF_ONE_FILE.test(file) &&
      /\.(js|cjs|mjs|json|node)$/.test(file);
    resolved.set(key, shared ? file : undefined);
  }
  return resolved.get(key);
}

/**
 * Loads dependencies once for all files of a worker, and as Node.js does. Loading them for each file again takes more time
 * than most tests. The code of this repository is loaded for each file, and `jest.mock` works with both. Needs
 * `nodeEnvironment.cjs`.
 */
module.exports = class NodeRuntime extends JestRuntime {
  requireModule(from, name, options, ...rest) {
    const own =
      options?.isInternalModule ||
      !name ||
      name.startsWith('.') ||
      path.isAbsolute(name) ||
      isBuiltin(name);
    const file = own ? undefined : resolveDependency(from, name);
    return file
      ? createRequire(from)(file)
      : super.requireModule(from, name, options, ...rest);
  }

  createScriptFromCode(source, filename) {
    if (!this._environment.global) return null;
    return vm.compileFunction(
      source,
      this.constructInjectedModuleParameters(),
      {
        filename,
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      },
    );
  }
};
