import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const namesDemandFreeExamples: TemplateExample[] = [
  {
    description: 'Refuse a model whose name is taken',
    example: stringify({
      steps: [
        {
          id: 'names',
          name: 'Check that the name is free',
          action: 'model-ci:names:demand-free',
          input: {
            entities: [
              'component:default/${{ parameters.name }}',
              'modelpipeline:default/${{ parameters.name }}',
            ],
          },
        },
      ],
    }),
  },
];
