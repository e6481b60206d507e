import type {
  ParityFigure,
  ParityFigures,
  ParityResult,
} from '@model-ci/backstage-plugin-model-ci-common';
import { PARITY_FIGURES } from '@model-ci/backstage-plugin-model-ci-common';

/** The figures that some result has; labels have only one. */
export function figuresOf(result: ParityResult): ParityFigure[] {
  return PARITY_FIGURES.filter(figure =>
    result.pairs.some(({ figures }) => figures[figure] !== undefined),
  );
}

/** What lies between two environments; the noise floor of one with itself. */
export function betweenOf(
  result: ParityResult,
  a: string,
  b: string,
): ParityFigures | undefined {
  return a === b
    ? result.environments.find(({ name }) => name === a)?.floor
    : result.pairs.find(
        pair =>
          (pair.a === a && pair.b === b) || (pair.a === b && pair.b === a),
      )?.figures;
}

/** The larger noise floor of two environments; undefined unless both were repeated. */
export function noiseOf(
  result: ParityResult,
  figure: ParityFigure,
  a: string,
  b: string,
): number | undefined {
  const floors = [a, b].map(name => betweenOf(result, name, name)?.[figure]);
  const [x, y] = floors;
  return x === undefined || y === undefined ? undefined : Math.max(x, y);
}
