import { assignDatasets } from './assignDatasets';

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

  it('guesses nothing where the stage reads several data sets or none', () => {
    const metrics = [{ metric: 'rmse', value: 1 }];
    for (const read of [[], ['houses', 'flats']]) {
      expect(assignDatasets(metrics, read, [houses, flats])).toEqual(metrics);
    }
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
