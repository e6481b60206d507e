import { assignDatasets, assignExampleSets } from './assignDatasets';

const houses = { name: 'houses', uri: './h.csv', digest: 'sha256:1', size: 1 };
const flats = { name: 'flats', uri: './f.csv', digest: 'sha256:2', size: 1 };

describe('assignDatasets', () => {
  it('gives a named data set of the run its digest', () => {
    expect(
      assignDatasets(
        [
          { metric: 'rmse', value: 1, dataset: 'flats' },
          { metric: 'rmse', value: 1, dataset: 'held-out' },
        ],
        ['houses', 'flats'],
        [houses, flats],
      ).map(m => m.datasetDigest),
    ).toEqual(['sha256:2', undefined]);
  });

  it('takes the only data set of the stage for a metric that names none', () => {
    expect(
      assignDatasets(
        [{ metric: 'rmse', value: 1 }],
        ['houses'],
        [houses, flats],
      ),
    ).toEqual([
      {
        metric: 'rmse',
        value: 1,
        dataset: 'houses',
        datasetDigest: 'sha256:1',
      },
    ]);
  });

  it('names none where the stage reads several data sets or none', () => {
    const metrics = [{ metric: 'rmse', value: 1 }];
    for (const read of [[], ['houses', 'flats']]) {
      expect(
        assignDatasets(metrics, read, [houses, flats]).map(m => m.dataset),
      ).toEqual([undefined]);
    }
  });

  it('knows that one of several data sets has changed', () => {
    const digestOf = (read: string[], ...datasets: (typeof houses)[]) => {
      const [metric] = assignDatasets(
        [{ metric: 'rmse', value: 1 }],
        read,
        datasets,
      );
      const [set] = assignExampleSets(
        [{ digest: 'sha256:e', idsDigest: 'sha256:i', count: 1 }],
        read,
        datasets,
      );
      expect(set.datasetDigest).toBe(metric.datasetDigest);
      return metric.datasetDigest;
    };
    const digest = digestOf(['houses', 'flats'], houses, flats);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(digestOf(['flats', 'houses'], flats, houses)).toBe(digest);
    const other = { ...flats, digest: 'sha256:3' };
    expect(digestOf(['houses', 'flats'], houses, other)).not.toBe(digest);
    expect(digestOf([], houses, flats)).toBeUndefined();
  });

  it('leaves a metric its data set where its slices were measured on it by name', () => {
    expect(
      assignDatasets(
        [
          { metric: 'accuracy', value: 0.9 },
          {
            metric: 'accuracy',
            slice: 'age=65+',
            value: 0.8,
            dataset: 'houses',
          },
        ],
        ['houses'],
        [houses],
      ).map(m => [m.dataset, m.datasetDigest]),
    ).toEqual([
      ['houses', 'sha256:1'],
      ['houses', 'sha256:1'],
    ]);
  });

  it('keeps apart what the report keeps apart', () => {
    expect(
      assignDatasets(
        [
          { metric: 'rmse', value: 1 },
          { metric: 'rmse', value: 2, dataset: 'houses' },
          { metric: 'mae', value: 3 },
        ],
        ['houses'],
        [houses],
      ).map(m => m.dataset),
    ).toEqual([undefined, 'houses', 'houses']);
  });
});
