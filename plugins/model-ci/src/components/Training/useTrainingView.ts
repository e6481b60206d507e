import { useUrlState } from '../../hooks';
import { AXES, type CurveAxis } from './lines';

/** Other runs that are shown at a time. Not configurable: as many as there are colours, with the run itself. */
export const MAX_OTHERS = 7;
export const MAX_SMOOTHING = 0.99;

/** How curves are looked at; all of it is in the URL. */
export interface TrainingView {
  axis: CurveAxis;
  isLog: boolean;
  /** Weight of what came before, from 0 to below 1. */
  smoothing: number;
  /** Ids of other runs. */
  others: string[];
  /** Part of the names of metrics. */
  filter: string;
  page: number;
  change(changes: {
    axis?: CurveAxis;
    isLog?: boolean;
    smoothing?: number;
    others?: string[];
    filter?: string;
    page?: number;
  }): void;
}

export function useTrainingView(): TrainingView {
  const { params, set } = useUrlState();
  const smoothing = Number(params.get('smoothing'));
  return {
    axis: AXES.find(axis => axis === params.get('xaxis')) ?? 'step',
    isLog: params.get('yaxis') === 'log',
    smoothing: smoothing > 0 && smoothing <= MAX_SMOOTHING ? smoothing : 0,
    others: [...new Set(params.getAll('with'))].slice(0, MAX_OTHERS),
    filter: params.get('curves') ?? '',
    page: Math.max(0, Math.trunc(Number(params.get('curvepage')) || 0)),
    change: changes =>
      set({
        ...('axis' in changes && {
          xaxis: changes.axis === 'step' ? undefined : changes.axis,
        }),
        ...('isLog' in changes && { yaxis: changes.isLog ? 'log' : undefined }),
        ...('smoothing' in changes && {
          smoothing: changes.smoothing ? String(changes.smoothing) : undefined,
        }),
        ...('others' in changes && { with: changes.others }),
        ...('filter' in changes && {
          curves: changes.filter,
          curvepage: undefined,
        }),
        ...('page' in changes && {
          curvepage: changes.page ? String(changes.page) : undefined,
        }),
      }),
  };
}
