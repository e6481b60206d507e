import type { ScmIntegrationRegistry } from '@backstage/integration';
import type {
  CommitState,
  OwedStatus,
} from '../database/operations/commitStatuses/commitStatuses';
import {
  type ListedGateResult,
  listGateResults,
} from '../database/operations/evaluations/listGateResults';
import { statusName } from './statusName';
import { reportToHosts, type ReportOptions } from './reportToHosts';
import { writeStatus } from './writeStatus';

export interface StatusReporterOptions extends ReportOptions {
  integrations: ScmIntegrationRegistry;
  /** Address of the pages. */
  appUrl: string;
}

const VERDICTS = { fail: 'failed', inconclusive: 'is inconclusive' };

/** Writes the status of runs beside their commits on the code hosts that have caused them. */
export class StatusReporter {
  readonly #options: StatusReporterOptions;

  constructor(options: StatusReporterOptions) {
    this.#options = options;
  }

  /** Single step: writes what is owed. */
  async check(): Promise<void> {
    const { appUrl, integrations } = this.#options;
    await reportToHosts(this.#options, 'commit_statuses', async owed => {
      const gatesOf = await this.#readGates(owed);
      return (run, signal) =>
        writeStatus(
          {
            sourceUrl: run.source_url,
            commit: run.commit,
            // A fork may call its branch as one of the repository is called.
            ref: run.is_untrusted ? null : run.requested_ref,
            state: toState(run),
            name: statusName(run),
            description: describe(run, gatesOf(run.id)),
            url: `${appUrl}/model-ci/runs/${run.id}`,
          },
          integrations,
          signal,
        );
    });
  }

  async #readGates(owed: OwedStatus[]) {
    const results = await listGateResults(this.#options.db, {
      runIds: owed.map(({ id }) => id),
    });
    return (runId: string) => results.filter(own => own.runId === runId);
  }
}

/** In English, as hosts have no other language for it. */
function describe(
  { number, status }: OwedStatus,
  gates: ListedGateResult[],
): string {
  const words: Record<string, string> = {
    queued: 'is queued',
    running: 'is running',
    waiting: 'waits for a person',
    errored: 'could not be executed',
    cancelled: 'was cancelled',
  };
  const text = `Run ${number} ${words[status] ?? status}`;
  const passed = gates.filter(({ verdict }) => verdict === 'pass').length;
  const others = [
    ...new Set(
      gates.flatMap(({ metric, verdict }) =>
        verdict === 'pass' ? [] : `${metric} ${VERDICTS[verdict]}`,
      ),
    ),
  ];
  return gates.length === 0
    ? text
    : [`${text}; ${passed} of ${gates.length} gates passed`, ...others].join(
        ', ',
      );
}

const STATES = new Set<string>(['pending', 'success', 'failure', 'error']);

function toState({ wanted }: OwedStatus): CommitState {
  if (!isState(wanted)) {
    throw new Error(`'${wanted}' is no state of a commit`);
  }
  return wanted;
}

function isState(text: string): text is CommitState {
  return STATES.has(text);
}
