import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import scaffolderModuleGitea from '@backstage/plugin-scaffolder-backend-module-gitea';
import scaffolderModuleGithub from '@backstage/plugin-scaffolder-backend-module-github';
import scaffolderModuleGitlab from '@backstage/plugin-scaffolder-backend-module-gitlab';
import type { JsonObject } from '@backstage/types';
import scaffolderModuleModelCi from '@model-ci/backstage-plugin-scaffolder-backend-module-model-ci';
import { readTemplate } from './readTemplate';

/** What a template makes of the values of its form. */
export interface RenderedProject {
  /** The files by their paths. */
  files: Map<string, Buffer>;
  /** The ids of the steps that ran, in order. */
  steps: string[];
  /** What the steps said. */
  messages: Array<{ step?: string; message: string }>;
  output: { links?: Array<Record<string, string>> };
}

/** The form or a step refused the values; the message says which, and why. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface DryRun {
  log: Array<{ body: { message: string; status?: string; stepId?: string } }>;
  directoryContents: Array<{ path: string; base64Content: string }>;
  output: RenderedProject['output'];
}

/** Renders templates in a scaffolder that starts with this, in which nothing is published and nothing registered. */
export class TemplateRenderer {
  private constructor(
    private readonly backend: Awaited<ReturnType<typeof startTestBackend>>,
  ) {}

  /** @param baseUrl - the address of the portal that projects are told */
  static async start(
    baseUrl = 'https://portal.example',
  ): Promise<TemplateRenderer> {
    return new TemplateRenderer(
      await startTestBackend({
        features: [
          scaffolderPlugin,
          scaffolderModuleGitea,
          scaffolderModuleGithub,
          scaffolderModuleGitlab,
          scaffolderModuleModelCi,
          catalogServiceMock.factory({
            entities: [
              {
                apiVersion: 'backstage.io/v1alpha1',
                kind: 'User',
                metadata: { name: 'mock', namespace: 'default' },
                spec: {},
              },
            ],
          }),
          mockServices.rootConfig.factory({
            data: { backend: { baseUrl } },
          }),
          mockServices.rootLogger.factory({ level: 'none' }),
        ],
      }),
    );
  }

  /**
   * @param file - the template; what it fetches lies in its folder
   * @throws RefusedError where the values are refused, or a step fails
   */
  async render(file: string, values: JsonObject): Promise<RenderedProject> {
    const template = await readTemplate(file);
    const response = await fetch(
      `http://localhost:${this.backend.server.port()}/api/scaffolder/v2/dry-run`,
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          template,
          values,
          secrets: {},
          directoryContents: readFetched(path.dirname(file), template),
        }),
      },
    );
    const text = await response.text();
    if (!response.ok) {
      throw new RefusedError(response.status, describeRefusal(text));
    }
    const { log, directoryContents, output }: DryRun = JSON.parse(text);
    return {
      files: new Map(
        directoryContents.map(({ path: name, base64Content }) => [
          name,
          Buffer.from(base64Content, 'base64'),
        ]),
      ),
      steps: [
        ...new Set(
          log.flatMap(({ body }) =>
            body.stepId && body.status === 'completed' ? [body.stepId] : [],
          ),
        ),
      ],
      messages: log.map(({ body }) => ({
        step: body.stepId,
        message: body.message,
      })),
      output,
    };
  }

  async stop(): Promise<void> {
    await this.backend.stop();
  }
}

/** The folders beside the template that it names, with all their files. */
function readFetched(folder: string, template: JsonObject) {
  const text = JSON.stringify(template);
  return readdirSync(folder)
    .filter(name => text.includes(`./${name}/`))
    .flatMap(name =>
      readdirSync(path.join(folder, name), {
        recursive: true,
        withFileTypes: true,
      }),
    )
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
    .filter(name => !/__pycache__|\.pytest_cache/.test(name))
    .map(name => ({
      path: path.relative(folder, name),
      base64Content: readFileSync(name).toString('base64'),
    }));
}

/** The errors of the form, each with its field; otherwise the message of the error. */
function describeRefusal(text: string): string {
  const { errors, error } = parseJson(text);
  if (Array.isArray(errors)) {
    return errors
      .map(({ stack, message }) => String(stack ?? message))
      .join('; ');
  }
  return error?.message ?? text;
}

function parseJson(text: string): {
  errors?: Array<{ stack?: string; message?: string }>;
  error?: { message?: string };
} {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
