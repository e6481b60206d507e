const fs = require('node:fs');
const { default: Sequencer } = require('@jest/test-sequencer');

const waits = ({ path }) =>
  path.includes('.local.test.') ||
  /describe\w+Contract\(/.test(fs.readFileSync(path, 'utf8'));

/**
 * Starts with the tests of engines. They take minutes and mostly wait, so the tests that compute run beside them; at the end
 * they would run alone.
 */
module.exports = class EnginesFirst extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    return [...sorted.filter(waits), ...sorted.filter(test => !waits(test))];
  }
};
