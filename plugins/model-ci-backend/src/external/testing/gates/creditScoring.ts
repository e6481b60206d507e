import { type GatedTemplate, inRows, replace } from './types';

/** How evaluate.py decides about the loans. */
const DECISION =
  'not scorecard.is_declined(probability) for probability in probabilities]';

export const creditScoring: GatedTemplate = {
  data: ['data/loans.csv'],
  // auc, auc and its comparison by quarter, psi by quarter, calibration and two gaps
  verdicts: 1 + 4 + 4 + 4 + 3,
  breaks: {
    'a model that ranks by little': {
      gate: { metric: 'auc' },
      path: 'src/credit_scoring/train.py',
      change: replace('for name in NUMBERS]', 'for name in ["amount"]]'),
    },
    'a model that forgets about debts, and is worse than the champion': {
      gate: { metric: 'auc', baseline: 'champion' },
      path: 'src/credit_scoring/train.py',
      change: replace(
        'for name in NUMBERS]',
        'for name in NUMBERS if name not in ("debt_ratio", "utilisation", "income")]',
      ),
    },
    'one quarter whose debts were recorded as what is left of the income': {
      gate: { metric: 'auc', slice: 'quarter=2024Q3' },
      path: 'data/loans.csv',
      change: inRows(
        ({ quarter }) => quarter === '2024Q3',
        'debt_ratio',
        debt => String(1 - Number(debt)),
      ),
    },
    'applicants whose incomes come in another currency': {
      gate: { metric: 'psi' },
      path: 'data/loans.csv',
      change: inRows(
        ({ quarter }) => quarter.startsWith('2024'),
        'income',
        income => String(Math.round(Number(income) / 4)),
      ),
    },
    'probabilities of a training that weighs defaults more': {
      gate: { metric: 'calibration_gap' },
      path: 'src/credit_scoring/train.py',
      change: replace(
        'max_iter=1000)',
        'max_iter=1000, class_weight="balanced")',
      ),
    },
    'a decision that is harder for women': {
      gate: { metric: 'approval_gap_sex' },
      path: 'src/credit_scoring/evaluate.py',
      change: replace(
        DECISION,
        'not scorecard.is_declined(p * (2 if loan["sex"] == "f" else 1)) for p, loan in zip(probabilities, later)]',
      ),
    },
    'a decision that is harder for the young': {
      gate: { metric: 'approval_gap_age' },
      path: 'src/credit_scoring/evaluate.py',
      change: replace(
        DECISION,
        'not scorecard.is_declined(p * (2 if loan["age"] < 25 else 1)) for p, loan in zip(probabilities, later)]',
      ),
    },
  },
};
