import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const runStartExamples: TemplateExample[] = [
  {
    description: 'Starts a run of the default branch',
    example: stringify({
      steps: [
        {
          id: 'run',
          action: 'model-ci:run:start',
          name: 'Start the first run',
          input: { pipeline: 'modelpipeline:default/house-price' },
        },
      ],
    }),
  },
  {
    description:
      'Starts a run of the commit that an earlier step made, and gives the catalog ten minutes to find the pipeline',
    example: stringify({
      steps: [
        {
          id: 'run',
          action: 'model-ci:run:start',
          name: 'Start the first run',
          input: {
            pipeline: '${{ parameters.name }}',
            ref: 'main',
            commit: "${{ steps['create'].output.commitHash }}",
            waitSeconds: 600,
          },
        },
      ],
    }),
  },
  {
    description: "Starts a run with values for the pipeline's parameters",
    example: stringify({
      steps: [
        {
          id: 'run',
          action: 'model-ci:run:start',
          name: 'Start the first run',
          input: {
            pipeline: 'modelpipeline:default/house-price',
            parameters: { epochs: 3, size: 'large' },
          },
        },
      ],
    }),
  },
];
