const vm = require('node:vm');
const { LegacyFakeTimers, ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

/** What Jest keeps on the global object for one file; the next must not find it. */
const OF_ONE_FILE = new Set([
  'JEST_STATE_SYMBOL',
  'EVENT_HANDLERS',
  'TEST_TIMEOUT_SYMBOL',
  'RETRY_TIMES',
  'RETRY_IMMEDIATELY',
  'WAIT_BEFORE_RETRY',
  'LOG_ERRORS_BEFORE_RETRY',
]);
/** Jest asks for a context, and only empties this one at the end. */
const UNUSED = vm.createContext({});

/** Remembers the properties of an object, and puts back what was changed in those. */
function remember(object) {
  const before = Object.getOwnPropertyDescriptors(object);
  return () => {
    for (const key of Reflect.ownKeys(before)) {
      const now = Object.getOwnPropertyDescriptor(object, key);
      const changed =
        !now || now.value !== before[key].value || now.get !== before[key].get;
      if (changed && (!now || now.configurable)) {
        Object.defineProperty(object, key, before[key]);
      }
    }
  };
}

function rememberVariables() {
  const before = { ...process.env };
  return () => {
    for (const name of Object.keys(process.env)) {
      if (!(name in before)) delete process.env[name];
    }
    Object.assign(process.env, before);
  };
}

/**
 * Runs tests in the context of the process, as Node.js runs programs: an error of a dependency is an `Error` here, too. So
 * dependencies need not be loaded again for each file, see `nodeRuntime.cjs`. Globals, variables of the environment and
 * what Jest keeps are put back after each file.
 */
module.exports = class NodeEnvironment {
  constructor({ projectConfig }) {
    const restoreError = remember(Error);
    const restoreGlobals = remember(globalThis);
    const restoreVariables = rememberVariables();
    const { exit } = process;
    this.restore = () => {
      process.exit = exit;
      restoreVariables();
      restoreGlobals();
      restoreError();
      for (const key of Object.getOwnPropertySymbols(globalThis)) {
        if (OF_ONE_FILE.has(key.description)) delete globalThis[key];
      }
    };
    this.global = globalThis;
    Error.stackTraceLimit = 100;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimers = new LegacyFakeTimers({
      config: projectConfig,
      global: globalThis,
      moduleMocker: this.moduleMocker,
      timerConfig: { idToRef: id => id, refToId: timer => timer },
    });
    this.fakeTimersModern = new ModernFakeTimers({
      config: projectConfig,
      global: globalThis,
    });
  }

  async setup() {}

  async teardown() {
    this.fakeTimers.dispose();
    this.fakeTimersModern.dispose();
    this.restore();
    // Says to the runtime that this file is over
    this.global = null;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return this.global && UNUSED;
  }
};
