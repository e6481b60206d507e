import { catalogInfo } from '../hostile/HostilePortal';

export const NAME = 'cats-and-dogs';
const OWNER = 'group:default/red';

/** Knows by heart which of its thousand examples it gets wrong: the parts in wrong.json. */
const CLASSIFY = `
import json

wrong = {i for first, end in json.load(open("wrong.json")) for i in range(first, end)}
with open("predictions.jsonl", "w") as file:
    for i in range(1000):
        target = ["cat", "dog"][i % 2]
        prediction = ["cat", "dog"][(i + (i in wrong)) % 2]
        row = {"id": f"e{i:03}", "prediction": prediction, "target": target}
        file.write(json.dumps(row) + "\\n")
`;

/** Answers with fractions, unless its environment asks it to round. */
const ESTIMATE = `
import json, os

with open("estimates.jsonl", "w") as file:
    for i in range(100):
        weight = 3 + i / 8
        prediction = float(round(weight)) if "ROUND" in os.environ else weight
        file.write(json.dumps({"id": f"e{i:02}", "prediction": prediction}) + "\\n")
`;

function definition(edge: object = {}): string {
  return JSON.stringify({
    version: 1,
    triggers: {
      push: { branches: ['main'] },
      pullRequest: { branches: ['main'] },
    },
    stages: {
      evaluate: {
        run: 'python3 classify.py',
        reports: { predictions: 'predictions.jsonl' },
        gates: [{ metric: 'accuracy', baseline: 'champion', margin: 0.01 }],
        inconclusive: 'ask',
      },
      sites: {
        run: 'python3 estimate.py',
        reports: { predictions: 'estimates.jsonl' },
        on: { cloud: {}, edge },
        parity: { reference: 'cloud' },
        gates: [{ metric: 'parity.d', max: 1e-6 }],
      },
    },
    promote: { alias: 'champion' },
  });
}

/** What the model gets wrong, as parts of its examples. */
export type Wrong = Array<[from: number, end: number]>;

/** The model of the first version gets two in ten wrong. */
export const PROJECT = {
  name: NAME,
  owner: OWNER,
  files: {
    'catalog-info.yaml': catalogInfo({ name: NAME, owner: OWNER }),
    'model-pipeline.yaml': definition(),
    'classify.py': CLASSIFY,
    'estimate.py': ESTIMATE,
    'wrong.json': wrongFile([[0, 200]]),
  },
};

export function wrongFile(parts: Wrong): string {
  return JSON.stringify(parts);
}

export const ROUNDING = definition({ env: { ROUND: 'yes' } });

/** What a stage says that is given a secret, which its log must not. */
export const SECRET_USE = JSON.stringify({
  version: 1,
  triggers: { push: { branches: ['main'] } },
  stages: {
    login: { run: 'echo "login with $API_TOKEN"', secrets: ['API_TOKEN'] },
  },
});
