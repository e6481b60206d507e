import { pipelineDefinitionJsonSchema } from './jsonSchema';
import { parsePipelineDefinition } from './parsePipelineDefinition';
import { canonicalDefinition, parseStoredDefinition } from './stored';
import { valueOf } from './problems';

function parse(
  stages: string,
  options: Partial<Parameters<typeof parsePipelineDefinition>[1]> = {},
) {
  const text = `version: 1\nstages:\n${stages}`;
  return parsePipelineDefinition(text, { file: 'p.yaml', ...options });
}

function errors(...args: Parameters<typeof parse>): string[] {
  const result = parse(...args);
  return 'errors' in result
    ? result.errors.map(
        ({ line, path, message }) => `${line} ${path}: ${message}`,
      )
    : [];
}

const STAGES = `  package: { imageBuild: {} }
  test: { needs: [package], image: { stage: package }, run: pytest }
  more: { needs: [test], image: { stage: package }, run: pytest }
serving: { run: serve, image: { stage: package } }
`;

describe('image builds', () => {
  it('have defaults, and later stages and serving run what they build', () => {
    const result = parse(STAGES);
    expect(result).toMatchObject({
      definition: {
        stages: {
          package: {
            script: '',
            imageBuild: { context: '.', dockerfile: 'Dockerfile', args: {} },
          },
          test: { imageFrom: 'package' },
          more: { imageFrom: 'package' },
        },
        serving: { imageFrom: 'package' },
      },
    });
    const stored = JSON.stringify('definition' in result && result.definition);
    expect(
      JSON.stringify(parseStoredDefinition(stored).stages.package),
    ).toEqual(
      JSON.stringify(
        'definition' in result && result.definition.stages.package,
      ),
    );
    expect(canonicalDefinition(stored)).toContain('"imageFrom":"package"');
  });

  it('take context, Dockerfile, arguments and a tag, and no image of the defaults', () => {
    const result = parse(`  package:
    imageBuild: { context: ./app/, dockerfile: docker/Dockerfile, args: { A: '1' }, tag: v1.0 }
defaults: { image: python:3.11, shell: bash, env: { A: b } }
`);
    expect(result).toMatchObject({
      definition: {
        stages: {
          package: {
            env: {},
            imageBuild: {
              context: 'app',
              dockerfile: 'docker/Dockerfile',
              args: { A: '1' },
              tag: 'v1.0',
            },
          },
        },
      },
    });
    expect(result).not.toHaveProperty('definition.stages.package.image');
    expect(result).not.toHaveProperty('definition.stages.package.shell');
  });

  it('have errors that say what to do', () => {
    expect(
      errors(`  a: {}
  b: { run: x, imageBuild: {} }
  c: { imageBuild: { context: ../x, tag: -t, args: { 1A: x } }, artifacts: { m: m } }
  d: { image: { stage: a }, run: x }
  e: { image: { stage: c }, run: x }
  f: { image: 7, run: x }
  g: { imageBuild: { dockerfle: x } }
serving: { run: serve, image: { stage: packag } }
`),
    ).toMatchInlineSnapshot(`
      [
        "3 stages.a.run: is required, unless the stage has imageBuild",
        "4 stages.b.run: cannot be combined with imageBuild; run the commands in a stage of their own",
        "5 stages.c.imageBuild.context: "../x" must stay inside the repository: '..' is not allowed",
        "5 stages.c.imageBuild.tag: a tag has letters, digits, _, . and -, does not begin with . or -, and has at most 128 characters",
        "5 stages.c.imageBuild.args.1A: an environment variable has letters, digits and _, and does not begin with a digit",
        "5 stages.c.artifacts: has no meaning for a stage that builds an image; remove it",
        "6 stages.d.image.stage: there is no stage 'a' that builds an image; choose from: b, c, g",
        "7 stages.e.image.stage: 'c' must have built the image before; add it to needs",
        "8 stages.f.image: must be the name of an image, or the stage that builds it: {stage: package}, but is 7",
        "9 stages.g.imageBuild.dockerfle: unknown key; did you mean 'dockerfile'?",
        "10 serving.image.stage: there is no stage 'packag' that builds an image; choose from: b, c, g",
      ]
    `);
  });

  it('need an executor that builds images', () => {
    const executors = { process: {}, docker: { buildsImages: true } };
    expect(errors(STAGES, { executors })).toEqual([]);
    expect(
      errors('  a: { executor: process, imageBuild: {} }\n', { executors }),
    ).toMatchInlineSnapshot(`
      [
        "3 stages.a.imageBuild: builds an image, and executor process builds none; set executor to one that does: docker",
      ]
    `);
    expect(errors('  a: { imageBuild: {} }\n', { executors: { process: {} } }))
      .toMatchInlineSnapshot(`
      [
        "3 stages.a.imageBuild: builds an image, and no executor here can: add a Docker Engine under modelCi.executors.docker, or imageBuilds to a cluster under modelCi.executors.kubernetes",
      ]
    `);
    expect(
      errors('  a: { executor: docker, imageBuild: {} }\n', {
        executors: { docker: { needsImage: true, buildsImages: true } },
      }),
    ).toEqual([]);
  });

  it('are known to editors', () => {
    const stage = valueOf(
      valueOf(valueOf(pipelineDefinitionJsonSchema, 'properties'), 'stages'),
      'additionalProperties',
    );
    expect(stage).toMatchObject({
      oneOf: [{ required: ['run'] }, { required: ['imageBuild'] }],
      properties: { imageBuild: { properties: { dockerfile: {} } } },
    });
  });
});
