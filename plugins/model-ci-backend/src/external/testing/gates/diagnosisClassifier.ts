import { type GatedTemplate, inRows, replace } from './types';

type Row = Record<string, string>;

/** Test samples of a site with another diagnosis than the one that was recorded. */
const relabel = (chosen: (row: Row) => boolean) =>
  inRows(
    row => row.part === 'test' && chosen(row),
    'diagnosis',
    old => (old === 'benign' ? 'malignant' : 'benign'),
  );

const ends = (row: Row, digits: RegExp) => digits.test(row.patient);

const CALL = '"prediction": model.call(probability)';

export const diagnosisClassifier: GatedTemplate = {
  data: ['north', 'south', 'west', 'coast'].map(site => `data/${site}.csv`),
  // Of each site sensitivity, specificity, both compared, three ages, two sexes and calibration
  verdicts: 3 * (2 + 2 + 3 + 2 + 1),
  breaks: {
    'a threshold above the range that is foreseen': {
      gate: { stage: 'control' },
      path: 'src/diagnosis_classifier/train.py',
      change: replace('SENSITIVITY = 0.95', 'SENSITIVITY = 0.75'),
    },
    'a model that misses many more than the champion': {
      gate: {
        ...{ metric: 'accuracy', slice: 'sensitivity=malignant' },
        baseline: 'champion',
      },
      path: 'src/diagnosis_classifier/evaluate.py',
      change: replace(
        CALL,
        '"prediction": "benign" if probability < 0.98 else "malignant"',
      ),
    },
    'a model that calls many more benign samples malignant than the champion': {
      gate: {
        ...{ metric: 'accuracy', slice: 'specificity=benign' },
        baseline: 'champion',
      },
      path: 'src/diagnosis_classifier/evaluate.py',
      change: replace(
        CALL,
        '"prediction": "malignant" if probability > 0.02 else "benign"',
      ),
    },
    'one site where cancers are missed': {
      gate: { metric: 'accuracy', slice: 'sensitivity=malignant' },
      path: 'data/west.csv',
      change: relabel(row => row.diagnosis === 'benign' && ends(row, /[0-4]$/)),
    },
    'one site where many benign samples look malignant': {
      gate: { metric: 'accuracy', slice: 'specificity=benign' },
      path: 'data/west.csv',
      change: relabel(
        row => row.diagnosis === 'malignant' && ends(row, /[0-4]$/),
      ),
    },
    'one site where the cancers of the old are missed': {
      gate: { metric: 'accuracy', slice: 'sensitivity-age=65+' },
      path: 'data/south.csv',
      change: relabel(
        row =>
          Number(row.age) >= 65 &&
          row.diagnosis === 'benign' &&
          ends(row, /[0-7]$/),
      ),
    },
    'one site where the cancers of men are missed': {
      gate: { metric: 'accuracy', slice: 'sensitivity-sex=m' },
      path: 'data/north.csv',
      change: relabel(
        row =>
          row.sex === 'm' && row.diagnosis === 'benign' && ends(row, /[0-7]$/),
      ),
    },
    'probabilities that say too much': {
      gate: { metric: 'calibration_gap' },
      path: 'src/diagnosis_classifier/evaluate.py',
      change: replace(
        'calibration_gap(samples, probabilities),',
        'calibration_gap(samples, [p ** 0.25 for p in probabilities]),',
      ),
    },
    'another kind of model than the one that was authorised': {
      gate: { stage: 'control' },
      path: 'src/diagnosis_classifier/train.py',
      change: replace('kind="logistic-regression"', 'kind="boosted-trees"'),
    },
    'a model that gets another input': {
      gate: { stage: 'control' },
      path: 'src/diagnosis_classifier/train.py',
      change: replace('INPUTS = list(FEATURES)', 'INPUTS = [*FEATURES, "age"]'),
    },
    'a model that has not learned from one of the sites': {
      gate: { stage: 'control' },
      path: 'src/diagnosis_classifier/data.py',
      change: replace(
        'TRAINING_SITES = ["north", "south", "west"]',
        'TRAINING_SITES = ["north", "south"]',
      ),
    },
    'acceptance criteria that the gates no longer meet': {
      gate: { stage: 'control' },
      path: 'change-control.yaml',
      change: replace('sensitivity, min: 0.9,', 'sensitivity, min: 0.97,'),
    },
  },
};
