import { planForInstance } from './planForInstance';

const example = (instance?: string, environment?: string) => ({
  digest: `${instance ?? 'stage'}`,
  count: 1,
  ...(instance !== undefined && { instance }),
  ...(environment !== undefined && { environment }),
});

function compared(
  examples: Array<ReturnType<typeof example>>,
  of: { instance?: string; environment?: string },
) {
  const baseline = { name: 'champion', version: 1, values: [], examples };
  const plan = planForInstance(
    { gates: [{ baseline }], removed: [], loosened: [] },
    of,
  );
  return plan?.gates[0].baseline?.examples.map(({ digest }) => digest);
}

describe('planForInstance', () => {
  const instances = [
    example('on=a,repeat=1', 'a'),
    example('on=a,repeat=2', 'a'),
    example('on=b,repeat=1', 'b'),
  ];

  it('compares an instance with the same one, or the first in its environment', () => {
    const of = (instance: string, environment: string) =>
      compared(instances, { instance, environment });
    expect(of('on=a,repeat=2', 'a')).toEqual(['on=a,repeat=2']);
    expect(of('on=a', 'a')).toEqual(['on=a,repeat=1']);
    expect(of('on=c,repeat=1', 'c')).toEqual([]);
    expect(compared(instances, { instance: 'depth=2' })).toEqual([]);
  });

  it('compares with the selected instance where one was selected', () => {
    const examples = [example(), example('depth=2')];
    expect(compared(examples, { instance: 'depth=2' })).toEqual(['stage']);
    expect(compared(examples, {})).toEqual(['stage']);
    expect(compared(instances, {})).toEqual([]);
  });

  it('plans nothing where nothing was planned', () => {
    expect(planForInstance(undefined, {})).toBeUndefined();
  });
});
