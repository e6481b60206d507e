const fs = require('node:fs');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Of the tests that compute, those among which the tests of engines are spread; the rest comes last, so that no engine is waited for at the end. */
const SPREAD = 0.5;

const waits = ({ path }) =>
  path.includes('.local.test.') ||
  /describe\w+Contract\(/.test(fs.readFileSync(path, 'utf8'));

/**
 * Spreads the tests of engines among those that compute. They take minutes and mostly wait: all at once, they would leave the
 * processors idle; at the end, they would run alone.
 */
module.exports = class EnginesBetween extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    const computing = sorted.filter(test => !waits(test));
    const waiting = sorted.filter(waits);
    const step = Math.floor(
      (SPREAD * computing.length) / Math.max(1, waiting.length),
    );
    return [
      ...waiting.flatMap((test, index) => [
        test,
        ...computing.slice(index * step, (index + 1) * step),
      ]),
      ...computing.slice(waiting.length * step),
    ];
  }
};
