import { Readable } from 'node:stream';
import {
  type AuthService,
  type DiscoveryService,
  resolveSafeChildPath,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  GitHostClient,
  createGitRepositorySchema,
  formatEmbeddedRawUrl,
} from '@model-ci/backstage-plugin-model-ci-common';
import { archiveFiles, listFiles } from '../lib/archiveFolder';
import { describeRefusal } from '../lib/refusal';
import { repositoryCreateExamples } from './repositoryCreate.examples';

const DEFAULT_BRANCH = 'main';

/** Makes `model-ci:repository:create`: a repository on the embedded git host, with the workspace as its first commit. */
export function createRepositoryCreateAction(options: {
  auth: AuthService;
  discovery: DiscoveryService;
}) {
  const { auth, discovery } = options;
  const client = new GitHostClient({
    discoveryApi: discovery,
    fetchApi: { fetch },
  });

  return createTemplateAction({
    id: 'model-ci:repository:create',
    description:
      "Creates a repository on the portal's own git host and commits the workspace to it. A name that is taken is refused, whoever owns the repository; the same task tried again changes nothing.",
    examples: repositoryCreateExamples,
    supportsDryRun: true,
    schema: {
      input: {
        name: z =>
          z.string({
            description:
              'Name of the repository: lowercase letters and digits, joined by single -, _ or . characters',
          }),
        owner: z =>
          z.string({
            description:
              'Entity ref of the group or user that owns the repository and may push to it',
          }),
        description: z =>
          z.string({ description: 'What is in the repository' }).optional(),
        branch: z =>
          z
            .string({
              description: `Branch of the first commit. Default: ${DEFAULT_BRANCH}`,
            })
            .optional(),
        commitMessage: z =>
          z
            .string({
              description: 'Message of the first commit. Default: First commit',
            })
            .optional(),
        sourcePath: z =>
          z
            .string({
              description:
                'Folder of the workspace that becomes the repository. Default: all of it',
            })
            .optional(),
      },
      output: {
        remoteUrl: z => z.string({ description: 'URL for git clone' }),
        repoContentsUrl: z =>
          z.string({ description: "URL of the repository's root folder" }),
        webUrl: z =>
          z.string({ description: "The repository's page in the portal" }),
        catalogInfoUrl: z =>
          z.string({
            description:
              'URL of catalog-info.yaml in the root folder, for catalog:register',
          }),
        commitHash: z => z.string({ description: 'The commit that was made' }),
      },
    },
    async handler(ctx) {
      const {
        branch = DEFAULT_BRANCH,
        commitMessage = 'First commit',
        sourcePath = '.',
        ...input
      } = ctx.input;
      const repository = createGitRepositorySchema.safeParse({
        name: input.name,
        owner: input.owner,
        // A form field that was left empty arrives as an empty text.
        description: input.description || undefined,
      });
      if (!repository.success) {
        throw new InputError(
          `The repository cannot be created: ${repository.error.issues
            .map(issue => `${issue.path.join('.')}: ${issue.message}`)
            .join('; ')}`,
        );
      }
      const folder = resolveSafeChildPath(ctx.workspacePath, sourcePath);
      const files = await listFiles(folder);
      if (files.length === 0) {
        throw new InputError(
          `There is nothing to commit in '${sourcePath}' of the workspace`,
        );
      }

      if (ctx.isDryRun) {
        const { name } = repository.data;
        const gitBaseUrl = await discovery.getBaseUrl('model-ci-git');
        const rawUrl = formatEmbeddedRawUrl({
          gitBaseUrl,
          repository: name,
          ref: branch,
        });
        ctx.logger.info(
          `Dry run: would create the repository ${name} and commit ${files.length} files to ${branch}`,
        );
        ctx.output('remoteUrl', `${gitBaseUrl}/${name}.git`);
        ctx.output('repoContentsUrl', rawUrl);
        ctx.output('webUrl', `${gitBaseUrl}/${name}.git`);
        ctx.output('catalogInfoUrl', `${rawUrl}catalog-info.yaml`);
        ctx.output('commitHash', '0'.repeat(40));
        return;
      }

      // A task that is tried again comes back to what it made; every other one finds the name taken.
      const creationId = ctx.task.id;
      const request = async () => {
        const { token } = await auth.getPluginRequestToken({
          onBehalfOf: await ctx.getInitiatorCredentials(),
          targetPluginId: 'model-ci-git',
        });
        return { token, signal: ctx.signal };
      };
      const created = await client
        .createRepository({ ...repository.data, creationId }, await request())
        .catch(error => {
          throw describeRefusal(
            error,
            `The git host did not create the repository ${repository.data.name}`,
          );
        });
      ctx.logger.info(`The repository is ${created.cloneUrl}`);
      const { commit } = await client
        .commitTree(
          created.name,
          {
            archive: Readable.toWeb(
              archiveFiles(folder, files),
            ) as ReadableStream<Uint8Array>,
            branch,
            message: commitMessage,
            creationId,
          },
          await request(),
        )
        .catch(error => {
          throw describeRefusal(
            error,
            `The git host did not take the commit to ${created.name}`,
          );
        });
      ctx.logger.info(`Committed ${files.length} files as ${commit}`);

      ctx.output('remoteUrl', created.cloneUrl);
      ctx.output('repoContentsUrl', created.rawUrl);
      ctx.output('webUrl', created.webUrl);
      ctx.output('catalogInfoUrl', `${created.rawUrl}catalog-info.yaml`);
      ctx.output('commitHash', commit);
    },
  });
}
