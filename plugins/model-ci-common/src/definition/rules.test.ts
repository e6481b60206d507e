import { reported } from './testing/reported';

describe('the graph', () => {
  it('names the cycle', () => {
    expect(
      reported(`version: 1
stages:
  start: { run: x }
  a: { run: x, needs: [start, c] }
  b: { run: x, needs: [a] }
  c: { run: x, needs: [b] }
  d: { run: x, needs: [c] }
`),
    ).toEqual([
      '4:31 stages.a.needs[1]: these stages form a cycle: a → c → b → a',
    ]);
  });

  it('names each of several cycles, and a stage that needs itself', () => {
    expect(
      reported(`version: 1
stages:
  a: { run: x, needs: [a] }
  b: { run: x, needs: [c] }
  c: { run: x, needs: [b] }
`),
    ).toEqual([
      "3:24 stages.a.needs[0]: 'a' needs itself",
      '4:24 stages.b.needs[0]: these stages form a cycle: b → c → b',
    ]);
  });

  it('refuses a need that is named twice', () => {
    expect(
      reported('version: 1\nstages: {a: {run: x}, b: {run: x, needs: [a, a]}}'),
    ).toEqual([
      expect.stringContaining("stages.b.needs[1]: 'a' is named twice"),
    ]);
  });
});

describe('artifacts that meet in one workspace', () => {
  const withEnd = (end: string) => `version: 1
stages:
  a: { run: x, artifacts: { model: model } }
  b: { run: x, artifacts: { weights: ./model/weights/ } }
${end}`;

  it('must not overlap if one stage needs the other', () => {
    expect(
      reported(`version: 1
stages:
  a: { run: x, artifacts: { model: model } }
  b: { run: x, needs: [c], artifacts: { model: model } }
  c: { run: x, needs: [a] }
`),
    ).toEqual([
      "4:48 stages.b.artifacts.model: 'model' is the same as artifact 'model' of stage 'a', and 'b' needs 'a'; give each stage a folder of its own",
    ]);
  });

  it('must not overlap if a third stage needs both', () => {
    expect(reported(withEnd('  c: { run: x, needs: [a, b] }'))).toEqual([
      expect.stringMatching(
        /4:38 stages.b.artifacts.weights: 'model\/weights' lies inside artifact 'model' of stage 'a', and 'c' needs both/,
      ),
    ]);
  });

  it('must not overlap if the version is served', () => {
    expect(reported(withEnd('serving: { run: x }'))).toEqual([
      expect.stringContaining('and serving gets both'),
    ]);
  });

  it('may overlap otherwise, and may have names with a common beginning', () => {
    expect(reported(withEnd(''))).toEqual([]);
    expect(
      reported(
        'version: 1\nstages: {a: {run: x, artifacts: {a: model}}, b: {run: x, needs: [a], artifacts: {b: model2}}}',
      ),
    ).toEqual([]);
  });
});

describe('stages and deployment', () => {
  it('needs an image where the executor does', () => {
    const executors = { boxes: { needsImage: true }, plain: {} };
    expect(
      reported('version: 1\nstages:\n  a: { run: x, executor: boxes }\n', {
        executors,
      }),
    ).toEqual([expect.stringMatching(/^3:3 stages.a: needs an image/)]);
    for (const defaults of ['executor: boxes, image: i', 'executor: plain']) {
      expect(
        reported(
          `version: 1\ndefaults: { ${defaults} }\nstages: {a: {run: x}}\n`,
          {
            executors,
          },
        ),
      ).toEqual([]);
    }
  });

  it('refuses a gate that nothing can pass', () => {
    expect(
      reported(`version: 1
stages:
  a:
    run: x
    reports: { metrics: m.json }
    gates:
      - metric: rmse
        min: 3
        max: 2
`),
    ).toEqual([
      '8:14 stages.a.gates[0].min: min 3 is above max 2, so nothing can pass',
    ]);
  });

  it('refuses an environment that is named twice', () => {
    expect(
      reported(
        'version: 1\nstages: {a: {run: x}}\nserving: {run: x}\ndeploy: {path: [a, a]}\n',
      ),
    ).toEqual(["4:20 deploy.path[1]: 'a' is named twice"]);
  });

  it('refuses an empty set of stages', () => {
    expect(reported('version: 1\nstages: {}\n')).toEqual([
      '2:1 stages: needs at least one stage',
    ]);
    expect(reported('version: 1\nstages:\n')).toEqual([
      '2:1 stages: must be a mapping, but is empty',
    ]);
  });
});
