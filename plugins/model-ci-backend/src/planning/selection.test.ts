import {
  quoted,
  type Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import { decidingValue, selectInstance, type Candidate } from './selection';

function candidates(
  values: Record<string, number | Status | undefined>,
): Candidate[] {
  return Object.entries(values).map(([key, value]) =>
    typeof value === 'string'
      ? { key, status: value, reason: quoted(`why ${key}`) }
      : { key, status: 'succeeded', ...(value !== undefined && { value }) },
  );
}

const SMALLEST = { metric: 'rmse', goal: 'minimize' } as const;
const LARGEST = { metric: 'accuracy', goal: 'maximize' } as const;

describe('selectInstance', () => {
  it('takes the best by the goal', () => {
    const values = candidates({ a: 3, b: 1, c: 2 });
    expect(selectInstance(values, SMALLEST)).toEqual({
      type: 'selected',
      key: 'b',
      value: 1,
      considered: 3,
    });
    expect(selectInstance(values, LARGEST)).toMatchObject({ key: 'a' });
  });

  it.each([SMALLEST, LARGEST])('takes the first of several equal ones', by => {
    expect(selectInstance(candidates({ a: 2, b: 2 }), by)).toMatchObject({
      key: 'a',
    });
  });

  it('takes no instance that failed, or was not measured', () => {
    const values = { a: 'failed', b: undefined, c: NaN, d: 9, e: 'errored' };
    expect(
      selectInstance(
        candidates(values as Record<string, number | Status | undefined>),
        SMALLEST,
      ),
    ).toMatchObject({ key: 'd', considered: 1 });
  });

  it.each([
    [{ a: 'failed', b: 'errored' }, 'failed', 'why a'],
    [{ a: 'errored' }, 'errored', 'why a'],
    [{ a: undefined, b: 'failed' }, 'failed', 'rmse exactly once'],
    [{ a: 1, b: 'cancelled' }, 'cancelled', 'why b'],
  ] as const)('selects none of %j, and says why', (values, status, text) => {
    expect(selectInstance(candidates(values), SMALLEST)).toEqual({
      type: 'none',
      end: {
        status,
        reason: expect.objectContaining({
          text: expect.stringContaining(text),
        }),
      },
    });
  });
});

describe('decidingValue', () => {
  const on = (dataset?: string, value = 1) => ({
    metric: 'rmse',
    value,
    ...(dataset !== undefined && { dataset }),
  });

  it('is the only one, or that on the data set named', () => {
    expect(decidingValue([on('a')], SMALLEST)).toBe(1);
    expect(decidingValue([on('a'), on('b', 2)], SMALLEST)).toBeUndefined();
    expect(
      decidingValue([on('a'), on('b', 2)], { ...SMALLEST, dataset: 'b' }),
    ).toBe(2);
    expect(decidingValue([on()], LARGEST)).toBeUndefined();
  });
});
