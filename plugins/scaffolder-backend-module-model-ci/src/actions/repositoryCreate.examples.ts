import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const repositoryCreateExamples: TemplateExample[] = [
  {
    description: 'Creates a repository with everything in the workspace',
    example: stringify({
      steps: [
        {
          id: 'create',
          action: 'model-ci:repository:create',
          name: 'Create the repository',
          input: { name: 'house-price', owner: 'group:default/ml' },
        },
      ],
    }),
  },
  {
    description:
      'Creates a repository with one folder of the workspace, and registers it in the catalog',
    example: stringify({
      steps: [
        {
          id: 'create',
          action: 'model-ci:repository:create',
          name: 'Create the repository',
          input: {
            name: '${{ parameters.name }}',
            owner: '${{ parameters.owner }}',
            description: '${{ parameters.description }}',
            commitMessage: 'Create ${{ parameters.name }}',
            sourcePath: './model',
          },
        },
        {
          id: 'register',
          action: 'catalog:register',
          name: 'Register it in the catalog',
          input: {
            catalogInfoUrl: "${{ steps['create'].output.catalogInfoUrl }}",
            optional: true,
          },
        },
      ],
    }),
  },
];
