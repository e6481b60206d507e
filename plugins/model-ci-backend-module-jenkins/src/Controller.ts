import { ServiceUnavailableError } from '@backstage/errors';
import type { NodeInfo } from '@model-ci/backstage-plugin-model-ci-node';
import { Watch } from './builds/Watch';
import { Client } from './client/Client';
import { JenkinsError } from './client/JenkinsError';
import { jobSchema, PARAMETERS, QUERIES } from './client/schemas';
import type { ControllerConfig } from './config';
import { JOB_CONFIG } from './job/jobConfig';
import { readNodes } from './nodes';

/** One Jenkins controller with the job that runs attempts. */
export class Controller {
  readonly client: Client;
  readonly watch: Watch;
  readonly jobPath: string;
  private prepared?: Promise<void>;

  constructor(
    readonly config: ControllerConfig,
    private readonly onFailure?: (message: string) => void,
  ) {
    this.client = new Client(config);
    this.jobPath = pathOf(config.job.split('/'));
    this.watch = new Watch({
      client: this.client,
      job: this.jobPath,
      pollMs: config.pollSeconds * 1000,
      onFailure: error =>
        onFailure?.(
          `Jenkins '${config.name}' does not answer, and is asked again: ${error}`,
        ),
    });
  }

  /** Says what goes wrong without being an answer to anybody. */
  warn(what: string): void {
    this.onFailure?.(`Jenkins '${this.name}': ${what}`);
  }

  get name(): string {
    return this.config.name;
  }

  buildPath(number: number): string {
    return `${this.jobPath}/${number}`;
  }

  async inventory(): Promise<NodeInfo[]> {
    return await readNodes(this.client, this.name, this.config.nodes);
  }

  /** Makes sure that the job is there and takes what is given to it: Jenkins drops parameters that are not declared. */
  async prepare(): Promise<void> {
    this.prepared ??= this.checkJob();
    this.prepared.catch(() => {
      this.prepared = undefined;
    });
    await this.prepared;
  }

  private async checkJob(): Promise<void> {
    const { job, createJob } = this.config;
    let found = await this.findJob();
    if (!found && createJob) {
      await this.createJob();
      found = await this.findJob();
    }
    if (!found) {
      throw new ServiceUnavailableError(
        `Jenkins '${this.name}' has no job '${job}', or hides it from user '${this.config.user}': create it as docs/clusters.md says`,
      );
    }
    const declared = (found.property ?? []).flatMap(
      property => property?.parameterDefinitions ?? [],
    );
    const missing = PARAMETERS.filter(
      name => !declared.some(parameter => parameter.name === name),
    );
    if (missing.length > 0) {
      throw new ServiceUnavailableError(
        `Job '${job}' of Jenkins '${
          this.name
        }' does not declare the parameter ${missing.join(
          ', ',
        )}: configure it as docs/clusters.md says`,
      );
    }
  }

  private async findJob() {
    return await this.client.get(
      `${this.jobPath}/api/json`,
      jobSchema,
      QUERIES.job,
    );
  }

  private async createJob(): Promise<void> {
    const names = this.config.job.split('/');
    const folder = names.slice(0, -1);
    const parent = folder.length > 0 ? `${pathOf(folder)}/` : '';
    try {
      await this.client.post(
        `${parent}createItem`,
        { xml: JOB_CONFIG },
        { name: names[names.length - 1] },
      );
    } catch (error) {
      // 400: another backend was first. 403: it may not, which the look after this reports
      if (
        !(error instanceof JenkinsError) ||
        ![400, 403, 404].includes(error.status)
      ) {
        throw error;
      }
    }
  }
}

function pathOf(names: string[]): string {
  return names.map(name => `job/${encodeURIComponent(name)}`).join('/');
}
