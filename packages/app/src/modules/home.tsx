import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { HomePageWidgetBlueprint } from '@backstage/plugin-home-react/alpha';
import { MarkdownContent } from '@backstage/core-components';

const content = `
1. [Create a model project](/create) from a template. Its pipeline starts at once.
2. Make a [git token](/git) and clone the repository.
3. Push a commit and watch its run under [Model pipelines](/model-ci).
4. Read the evaluations on the project's page in the [catalog](/catalog), and deploy a version.
`;

const gettingStarted = HomePageWidgetBlueprint.make({
  name: 'getting-started',
  params: {
    name: 'GettingStarted',
    title: 'From a model project to predictions',
    description: 'The way from a template to a deployed model version',
    components: async () => ({
      Content: () => <MarkdownContent content={content} />,
    }),
  },
});

export const homeModule = createFrontendModule({
  pluginId: 'home',
  extensions: [gettingStarted],
});
