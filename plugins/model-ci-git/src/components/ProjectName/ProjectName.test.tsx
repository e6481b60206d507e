import { useState } from 'react';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Entity } from '@backstage/catalog-model';
import { translationApiRef } from '@backstage/core-plugin-api/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { MockTranslationApi } from '@backstage/test-utils/alpha';
import { ResponseError } from '@backstage/errors';
import type {
  CreationCheck,
  CreationRefusal,
} from '@model-ci/backstage-plugin-model-ci-common';
import { renderInPortal } from '@model-ci/backstage-plugin-model-ci-react/testUtils';
import { gitHostApiRef } from '../../api';
import { ProjectName } from './ProjectName';
import { validateProjectName } from './validateProjectName';

const taken: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'in-catalog', namespace: 'default' },
};
const catalog = catalogApiMock({ entities: [taken] });

const schema = {
  title: 'Name',
  type: 'string' as const,
  pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$',
};
const uiSchema = {
  'ui:options': {
    entities: ['component:default/{name}'],
    repository: { owner: 'owner', when: { host: 'portal' } },
  },
};
const form = { host: 'portal', owner: 'group:default/ml' };

function createHost(refusals: Record<string, CreationRefusal[]> = {}) {
  return {
    checkCreation: jest.fn(
      async ({ name }: CreationCheck) => refusals[name] ?? [],
    ),
  };
}

const onGit: CreationRefusal = { reason: 'name-taken', repository: 'on-git' };
const full: CreationRefusal = {
  reason: 'too-many-repositories',
  owner: 'group:default/ml',
  repositories: 3,
  limit: 3,
};

function Form(props: { formData: object }) {
  const [name, setName] = useState<string>();
  const field: Partial<FieldExtensionComponentProps<string>> = {
    formData: name,
    onChange: setName,
    onBlur: () => {},
    schema,
    uiSchema,
    formContext: { formData: props.formData },
    idSchema: { $id: 'root_name' },
  };
  return <ProjectName {...(field as FieldExtensionComponentProps<string>)} />;
}

function renderField(gitHost = createHost(), formData: object = form) {
  renderInPortal(<Form formData={formData} />, {
    path: '/',
    apis: [
      [gitHostApiRef, gitHost],
      [catalogApiRef, catalog],
    ],
  });
  return gitHost;
}

const type = async (text: string) => {
  const field = await screen.findByLabelText(/Name/);
  await userEvent.clear(field);
  await userEvent.type(field, text);
};

describe('ProjectName', () => {
  it('says while it is typed that a name is taken, and by what', async () => {
    renderField(createHost({ 'on-git': [onGit], 'in-catalog': [full] }));
    await type('on-git');
    expect(
      await screen.findByText(/The name is taken by repository “on-git”/),
    ).toBeVisible();
    expect(screen.getByLabelText(/Name/)).toBeInvalid();
    await type('in-catalog');
    expect(
      await screen.findByText(/The name is taken by component “in-catalog”/),
    ).toBeVisible();
    expect(
      screen.getByText(/ml already has 3 repositories, which is its limit/),
    ).toBeVisible();
    await type('free');
    expect(await screen.findByText('“free” is available.')).toBeVisible();
    expect(screen.getByLabelText(/Name/)).toBeValid();
  });

  it('asks once for what was typed, and never for what is no name', async () => {
    const host = renderField();
    await type('house-price');
    expect(
      await screen.findByText('“house-price” is available.'),
    ).toBeVisible();
    expect(host.checkCreation.mock.calls).toEqual([
      [{ name: 'house-price', owner: 'group:default/ml' }],
    ]);
    await type('House');
    expect(screen.queryByText(/available/)).not.toBeInTheDocument();
    expect(host.checkCreation).toHaveBeenCalledTimes(1);
  });

  it('leaves the Git host alone where the form chose another one', async () => {
    const host = renderField(createHost({ 'on-git': [onGit] }), {
      ...form,
      host: 'github',
    });
    await type('on-git');
    expect(await screen.findByText('“on-git” is available.')).toBeVisible();
    expect(host.checkCreation).not.toHaveBeenCalled();
  });

  it('says that a name could not be checked', async () => {
    const host = createHost();
    host.checkCreation.mockRejectedValue(new Error('out of reach'));
    renderField(host);
    await type('house');
    // What is typed slowly is asked for letter by letter, and each answer gives way to the next
    await waitFor(() =>
      expect(screen.getByText(/could not check/)).toBeVisible(),
    );
  });
});

describe('validateProjectName', () => {
  async function validate(
    name: string,
    gitHost: Pick<ReturnType<typeof createHost>, 'checkCreation'>,
  ) {
    const apis = new Map<string, unknown>([
      [gitHostApiRef.id, gitHost],
      [catalogApiRef.id, catalog],
      [translationApiRef.id, MockTranslationApi.create()],
    ]);
    const addError = jest.fn();
    await validateProjectName(name, { addError } as never, {
      apiHolder: { get: ref => apis.get(ref.id) as never },
      formData: form,
      schema,
      uiSchema: uiSchema as never,
    });
    return addError.mock.calls.map(([text]) => text);
  }

  it('keeps the form on its page while the name is taken', async () => {
    expect(await validate('on-git', createHost({ 'on-git': [onGit] }))).toEqual(
      ['The name is taken by repository “on-git”. Choose another name.'],
    );
    expect(
      await validate(
        'in-catalog',
        createHost({
          'in-catalog': [{ reason: 'name-taken', repository: 'in-catalog' }],
        }),
      ),
    ).toEqual([
      'The name is taken by component “in-catalog”, repository “in-catalog”. Choose another name.',
    ]);
    expect(await validate('free', createHost())).toEqual([]);
  });

  it('keeps those back who may not create repositories, and nobody for an outage', async () => {
    const answer = (status: number) =>
      ResponseError.fromResponse(new Response('{}', { status }) as never);
    const refused = createHost();
    refused.checkCreation.mockRejectedValue(await answer(403));
    expect(await validate('house', refused)).toEqual([
      expect.stringContaining('model-ci-git.repository.create'),
    ]);
    refused.checkCreation.mockRejectedValue(await answer(502));
    expect(await validate('house', refused)).toEqual([]);
  });
});
