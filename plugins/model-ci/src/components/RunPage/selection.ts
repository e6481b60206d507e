import {
  isFinal,
  parseStageKey,
  stageKey,
  type Run,
  type RunStage,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useMemo } from 'react';
import { useUrlState } from '../../hooks';

export const STAGE_TABS = [
  'log',
  'tests',
  'artifacts',
  'gates',
  'attempts',
  'command',
  'gpus',
] as const;
export type StageTab = (typeof STAGE_TABS)[number];

/** What of a run the user looks at; all of it is in the URL once chosen. */
export interface Selection {
  /** One of the instances of a stage looks like a stage of its own, named by its key. */
  stage?: RunStage;
  /** Number of the attempt; undefined where there was none yet. */
  attempt?: number;
  tab: StageTab;
  /** Line of the log that a link points at, by the byte at which it begins. */
  line?: number;
  selectStage(name: string): void;
  selectAttempt(number: number, tab?: StageTab): void;
  selectTab(tab: StageTab): void;
  selectLine(line: number): void;
  /** Address of the page with a line of this attempt's log. */
  lineUrl(line: number): string;
}

/** Reads the selection from the URL; without one it is what deserves a look most. */
export function useSelection(run: Run): Selection {
  const { params, set } = useUrlState();
  const stage =
    findStage(run.stages, params.get('stage') ?? '') ??
    stageOfInterest(run.stages);
  const attempts = stage?.attempts ?? [];
  const asked = Number(params.get('attempt'));
  const attempt =
    attempts.find(({ number }) => number === asked) ??
    attempts[attempts.length - 1];
  const tab =
    STAGE_TABS.find(name => name === params.get('tab')) ?? tabOfInterest(stage);
  const line = parseOffset(params.get('line'));
  const name = stage?.name;
  const number = attempt?.number;

  return useMemo(
    () => ({
      stage,
      attempt: number,
      tab,
      line,
      selectStage: value =>
        set({
          stage: value,
          attempt: undefined,
          tab: undefined,
          line: undefined,
        }),
      selectAttempt: (value, newTab) =>
        set({
          stage: name,
          attempt: String(value),
          tab: newTab ?? tab,
          line: undefined,
        }),
      selectTab: value => set({ stage: name, tab: value, line: undefined }),
      selectLine: value =>
        set({
          stage: name,
          attempt: number === undefined ? undefined : String(number),
          tab: 'log',
          line: String(value),
        }),
      lineUrl: value => {
        const url = new URL(window.location.href);
        url.searchParams.set('stage', name ?? '');
        url.searchParams.set('attempt', String(number ?? 1));
        url.searchParams.set('tab', 'log');
        url.searchParams.set('line', String(value));
        return url.toString();
      },
    }),
    [stage, name, number, tab, line, set],
  );
}

/** A stage, or one of its instances as a stage, by its key. */
export function findStage(
  stages: RunStage[],
  key: string,
): RunStage | undefined {
  const named = parseStageKey(key);
  const stage = stages.find(({ name }) => name === named.stage);
  if (!stage || named.instance === undefined) {
    return stage;
  }
  const instance = stage.instances?.find(own => own.key === named.instance);
  if (!instance) {
    return stage;
  }
  const { name, needs, allowFailure } = stage;
  return {
    needs,
    allowFailure,
    ...instance,
    name: stageKey(name, instance.key),
  };
}

/**
 * The first stage that went wrong, else one that waits for a person, else the one that runs, else one that has not started, else one
 * whose failure is allowed, else the last that ended, else the first: what blocks the run goes before what does not.
 */
export function stageOfInterest(stages: RunStage[]): RunStage | undefined {
  const wrong = stages.filter(
    ({ status }) => status === 'failed' || status === 'errored',
  );
  return (
    wrong.find(({ allowFailure }) => !allowFailure) ??
    stages.find(({ status }) => status === 'waiting') ??
    stages.find(({ status }) => status === 'running') ??
    stages.find(({ status }) => !isFinal(status)) ??
    wrong[0] ??
    stages
      .filter(({ finishedAt }) => finishedAt !== undefined)
      .sort((a, b) => (a.finishedAt! < b.finishedAt! ? 1 : -1))[0] ??
    stages[0]
  );
}

/** The tests of a stage that failed by them, the gates of one that failed by those or that a person decides about, else the log. */
export function tabOfInterest(stage: RunStage | undefined): StageTab {
  if (stage?.approvals?.length && stage.gates.length > 0) {
    return 'gates';
  }
  if (stage?.status === 'failed') {
    const failingTests = stage.reports.some(
      report => report.kind === 'junit' && report.failures + report.errors > 0,
    );
    if (failingTests) {
      return 'tests';
    }
    if (stage.gates.some(({ verdict }) => verdict === 'fail')) {
      return 'gates';
    }
  }
  return 'log';
}

function parseOffset(text: string | null): number | undefined {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
